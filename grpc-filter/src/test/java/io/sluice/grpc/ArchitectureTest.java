package io.sluice.grpc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows that the packages' package-info promises. */
class ArchitectureTest {

  @Test
  void matchingKnowsNeitherNettyNorConnections() {
    noClasses()
        .that()
        .resideInAPackage("io.sluice.grpc.match")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "io.sluice.proxy.spi")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.sluice.grpc"));
  }
}
