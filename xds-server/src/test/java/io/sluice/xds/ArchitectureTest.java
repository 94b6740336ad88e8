package io.sluice.xds;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The way through the control plane goes in one direction, and its middle touches nothing. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice.xds");

  @Test
  void aStageKnowsOnlyThoseBeforeIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("root")
        .definedBy("io.sluice.xds")
        .layer("source")
        .definedBy("io.sluice.xds.source")
        .layer("crd")
        .definedBy("io.sluice.xds.crd..")
        .layer("identity")
        .definedBy("io.sluice.xds.identity")
        .layer("resolve")
        .definedBy("io.sluice.xds.resolve")
        .layer("translate")
        .definedBy("io.sluice.xds.translate")
        .layer("stream")
        .definedBy("io.sluice.xds.stream")
        .whereLayer("root")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("stream")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("translate")
        .mayOnlyBeAccessedByLayers("root")
        .whereLayer("resolve")
        .mayOnlyBeAccessedByLayers("root", "translate")
        .whereLayer("identity")
        .mayOnlyBeAccessedByLayers("root", "resolve", "translate")
        .whereLayer("crd")
        .mayOnlyBeAccessedByLayers("root", "identity", "resolve", "translate")
        .whereLayer("source")
        .mayOnlyBeAccessedByLayers("root", "crd")
        .check(CLASSES);
    slices().matching("io.sluice.xds.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void decisionsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.sluice.xds.crd..",
            "io.sluice.xds.identity",
            "io.sluice.xds.resolve",
            "io.sluice.xds.translate")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..", "io.netty..", "java.io..", "java.nio..", "java.util.concurrent..")
        .check(CLASSES);
  }

  @Test
  void protobufsBelongToTheLastTwoStages() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.sluice.xds.source",
            "io.sluice.xds.crd..",
            "io.sluice.xds.identity",
            "io.sluice.xds.resolve")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.protobuf..", "io.sluice.cilium..", "io.envoyproxy..")
        .check(CLASSES);
  }
}
