package io.sluice.dns;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows that the packages' package-info promises. */
class ArchitectureTest {
  private static final JavaClasses MODULE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice.dns");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sluice.dns.(*)..").should().beFreeOfCycles().check(MODULE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"match", "codec", "deny", "learn"})
  void whatDecidesKnowsNeitherNettyNorConnections(String pure) {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.dns." + pure)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "io.sluice.proxy.spi")
        .check(MODULE);
  }

  @Test
  void theCoreIsKnownByPolicyAndSpiOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sluice.proxy.pipeline..",
            "io.sluice.proxy.accept..",
            "io.sluice.proxy.identity..",
            "io.sluice.proxy.origin..",
            "io.sluice.proxy.observe..",
            "io.sluice.proxy.relay..",
            "io.sluice.proxy.upstream..",
            "io.sluice.proxy.xds..")
        .check(MODULE);
  }

  @Test
  void onlyTheRelayAndWhatListensKnowNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.sluice.dns.relay", "io.sluice.dns.listen")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..")
        .check(MODULE);
  }
}
