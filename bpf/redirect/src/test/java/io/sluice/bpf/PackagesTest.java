package io.sluice.bpf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the packages of this module, and that it stands alone. */
class PackagesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice.bpf");

  @Test
  void mapsAndAttachmentsDoNotMeetButInSteer() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("libbpf")
        .definedBy("io.sluice.bpf.libbpf")
        .layer("map")
        .definedBy("io.sluice.bpf.map")
        .layer("attach")
        .definedBy("io.sluice.bpf.attach")
        .layer("steer")
        .definedBy("io.sluice.bpf.steer")
        .layer("nft")
        .definedBy("io.sluice.bpf.nft")
        .whereLayer("nft")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("steer")
        .mayOnlyBeAccessedByLayers("nft")
        .whereLayer("map")
        .mayOnlyBeAccessedByLayers("steer", "nft")
        .whereLayer("attach")
        .mayOnlyBeAccessedByLayers("steer")
        .check(CLASSES);
  }

  @Test
  void nothingElseOfTheProgramIsKnown() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sluice.proxy..", "io.sluice.http..", "io.sluice.xds..", "io.netty..")
        .check(CLASSES);
  }
}
