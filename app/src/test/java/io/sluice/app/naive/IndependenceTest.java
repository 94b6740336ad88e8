package io.sluice.app.naive;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A second reading that used the first one's classes would share its mistakes. */
class IndependenceTest {
  private static final String PLAIN = "io.sluice.app.naive";
  private static final String RANDOM = "io.sluice.app.random";
  private static final JavaClasses BOTH = new ClassFileImporter().importPackages(PLAIN, RANDOM);

  @Test
  void thePlainReadingAndItsWorldsKnowNothingElseOfTheProgram() {
    noClasses()
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of the program",
                (JavaClass type) ->
                    type.getPackageName().startsWith("io.sluice.")
                        && !Set.of(PLAIN, RANDOM).contains(type.getPackageName())))
        .check(BOTH);
  }

  @Test
  void theWorldsAreMadeWithoutRegardToTheReading() {
    noClasses()
        .that()
        .resideInAPackage(RANDOM)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(PLAIN)
        .check(BOTH);
  }
}
