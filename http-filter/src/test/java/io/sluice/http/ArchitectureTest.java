package io.sluice.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, as their package-info says them. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice.http");

  @Test
  void thereAreNoCycles() {
    slices().matching("io.sluice.http.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void guardsKnowNothingButBytes() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.http.guard")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("io.sluice.http.guard", "java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void matchingKnowsNeitherNettyNorConnections() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.http.match")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.netty..", "io.sluice.http.relay", "io.sluice.http.deny", "io.sluice.proxy.spi")
        .check(CLASSES);
  }

  @Test
  void refusalsKnowNeitherPolicyNorRelay() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.http.deny")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.sluice.proxy..", "io.sluice.http.relay", "io.sluice.http.match")
        .check(CLASSES);
  }

  @Test
  void parsingKnowsOnlyBuffersOfNetty() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.http.codec")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.channel..", "io.netty.handler..", "io.sluice.http.relay")
        .check(CLASSES);
  }

  @Test
  void nothingKnowsTheStagesOfTheCore() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.sluice.proxy.pipeline",
            "io.sluice.proxy.accept",
            "io.sluice.proxy.upstream",
            "io.sluice.proxy.relay",
            "io.sluice.proxy.sniff",
            "io.sluice.proxy.observe",
            "io.sluice.proxy.config",
            "io.sluice.proxy.xds")
        .check(CLASSES);
  }
}
