package io.sluice.proxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the packages: stages meet in {@code spi} and {@code policy}, nowhere else. */
class ArchitectureTest {
  private static final String ROOT = "io.sluice.proxy.";
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice.proxy");

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sluice.proxy.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"accept", "origin", "identity", "sniff", "upstream", "relay"})
  void aStageKnowsNoOtherPackageButThoseWhereAllMeet(String stage) {
    String[] others =
        packages()
            .filter(name -> !Set.of(stage, "spi", "policy", "policy.rule").contains(name))
            .map(name -> ROOT + name)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + stage + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(CORE);
  }

  @Test
  void onlyThePipelineKnowsAllStages() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "pipeline..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "pipeline..")
        .check(CORE);
  }

  @Test
  void whereAllMeetKnowsNoStage() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "spi..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            packages()
                .filter(name -> !Set.of("spi", "policy", "policy.rule").contains(name))
                .map(name -> ROOT + name)
                .toArray(String[]::new))
        .check(CORE);
  }

  @Test
  void rulesKnowNoVerdictsAndVerdictsNotHowTheyAreCompiled() {
    layer("policy.rule", "policy", "policy.compile");
    layer("policy", "policy.compile");
  }

  private static void layer(String lower, String... upper) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + lower)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(Stream.of(upper).map(name -> ROOT + name).toArray(String[]::new))
        .check(CORE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy", "origin", "identity"})
  void decisionsArePure(String decision) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + decision + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "java.nio.channels..", "io.grpc..")
        .check(CORE);
  }

  @Test
  void everyPackageSaysWhatItIs() {
    Set<String> described =
        CORE.stream()
            .filter(type -> type.getSimpleName().equals("package-info"))
            .map(type -> type.getPackageName().substring(ROOT.length()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(described).containsExactlyElementsOf(packages().sorted().toList());
  }

  private static Stream<String> packages() {
    return CORE.stream()
        .map(type -> type.getPackageName())
        .filter(name -> name.startsWith(ROOT))
        .map(name -> name.substring(ROOT.length()))
        .distinct();
  }
}
