package io.sluice.app.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suites of the examples, which are the language's documentation by cases, all hold. */
class SuitesTest {
  private static final Path EXAMPLES =
      Path.of("..").toAbsolutePath().normalize().resolve("examples/policy-tests");

  @Test
  void everyCaseIsAsExpected() throws Exception {
    List<CaseResult> results = new ArrayList<>();
    for (Path suite : suites()) {
      results.addAll(SuiteRunner.run(SuiteReader.read(suite)));
    }
    assertThat(results).hasSizeGreaterThan(370);
    assertThat(results)
        .allSatisfy(
            result ->
                assertThat(result.passed())
                    .as("%s: %s: %s", result.file(), result.name(), result.explanation())
                    .isTrue());
  }

  /** What does not come out must fail whatever it is: otherwise the suites would prove nothing. */
  @Test
  void aWrongExpectationFails(@TempDir Path folder) throws Exception {
    Path wrong = folder.resolve("wrong.yaml");
    for (String expected :
        List.of(
            "DENY",
            "AUDIT",
            "PARTIAL",
            "REJECT",
            "CONFLICT",
            "{layer: L7}",
            "{proxied: true}",
            "{side: egress}",
            "{policy: other/p}",
            "{verdict: ALLOW, policy: p}",
            "{forwarded: {headers: {X-A: [b]}}}")) {
      Files.writeString(wrong, suite(expected));
      assertThat(SuiteRunner.run(SuiteReader.read(wrong)))
          .as(expected)
          .allSatisfy(result -> assertThat(result.passed()).isFalse());
    }
    Files.writeString(
        wrong, suite("{verdict: ALLOW, layer: L3L4, proxied: false, policy: a/p, side: ingress}"));
    assertThat(SuiteRunner.run(SuiteReader.read(wrong)))
        .allSatisfy(result -> assertThat(result.passed()).isTrue());
  }

  private static String suite(String expected) {
    return """
    apiVersion: sluice.io/v1alpha1
    kind: PolicyTest
    world:
      - {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: a}, status: {podIP: 10.0.0.1}}
    policies:
      - apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: p, namespace: a}
        spec: {endpointSelector: {}, ingress: [{fromEntities: [all]}]}
    cases:
      - {name: one, from: world, to: a/p, port: 80/TCP, expect: %s}
    """
        .formatted(expected);
  }

  private static List<Path> suites() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
