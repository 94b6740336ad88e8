package io.sluice.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the modules, seen over the whole program. */
class ArchitectureTest {
  private static final String CORE = "io.sluice.proxy..";
  private static final String DATAPATH = "io.sluice.bpf..";
  private static final String HTTP = "io.sluice.http..";
  private static final String GRPC = "io.sluice.grpc..";
  private static final String KAFKA = "io.sluice.kafka..";
  private static final String DNS = "io.sluice.dns..";
  private static final String CONTROL = "io.sluice.xds..";
  private static final String APP = "io.sluice.app..";

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice");

  @Test
  void everyModuleIsSeen() {
    for (String module : new String[] {CORE, DATAPATH, HTTP, GRPC, KAFKA, DNS, CONTROL, APP}) {
      assertThat(PROGRAM.that(DescribedPredicate.describe("in", in(module)))).isNotEmpty();
    }
  }

  private static java.util.function.Predicate<JavaClass> in(String module) {
    String prefix = module.substring(0, module.length() - 1);
    return type -> (type.getPackageName() + ".").startsWith(prefix);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.sluice.(**)").should().beFreeOfCycles().check(PROGRAM);
  }

  @Test
  void theDatapathKnowsNoOtherModule() {
    knowsNone(DATAPATH, CORE, HTTP, GRPC, KAFKA, DNS, CONTROL, APP);
  }

  @Test
  void theCoreKnowsNoOtherModule() {
    knowsNone(CORE, DATAPATH, HTTP, GRPC, KAFKA, DNS, CONTROL, APP);
  }

  @Test
  void theControlPlaneMeetsTheProxyInResourcesOnly() {
    knowsNone(CONTROL, CORE, DATAPATH, HTTP, GRPC, KAFKA, DNS, APP);
  }

  @ParameterizedTest
  @ValueSource(strings = {HTTP, GRPC, KAFKA, DNS})
  void aProtocolModuleSeesOnlyWhereAllMeet(String module) {
    knowsNone(module, DATAPATH, CONTROL, APP);
    for (String other : new String[] {HTTP, GRPC, KAFKA, DNS}) {
      if (!other.equals(module)) {
        knowsNone(module, other);
      }
    }
    noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of the core, outside policy and spi",
                type ->
                    type.getPackageName().startsWith("io.sluice.proxy.")
                        && !type.getPackageName().equals("io.sluice.proxy.policy")
                        && !type.getPackageName().equals("io.sluice.proxy.policy.rule")
                        && !type.getPackageName().equals("io.sluice.proxy.spi")))
        .check(PROGRAM);
  }

  @Test
  void onlyThePolicyMakesPermits() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.sluice.proxy.policy..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.sluice.proxy.policy.PeerRules")
        .check(PROGRAM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.sluice.http.match..",
        "io.sluice.grpc.match..",
        "io.sluice.kafka.match..",
        "io.sluice.dns.match..",
        "io.sluice.xds.resolve.."
      })
  void matchingAndResolvingKnowNoNetty(String pure) {
    noClasses()
        .that()
        .resideInAPackage(pure)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "io.grpc..", "java.net.http..")
        .check(PROGRAM);
  }

  @Test
  void onlyTheAgentConnectsModules() {
    noClasses()
        .that()
        .resideInAnyPackage("io.sluice.app.lab..", "io.sluice.app.demo..", "io.sluice.app.ask..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CORE, DATAPATH, HTTP, GRPC, KAFKA, DNS, CONTROL)
        .check(PROGRAM);
  }

  private static void knowsNone(String module, String... others) {
    noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(PROGRAM);
  }
}
