package io.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.crd.Admission;
import io.sluice.xds.source.FixedWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The published example policies: accepted as they stand, or rejected by the first field at fault.
 */
class ExamplesTest {

  @ParameterizedTest
  @CsvSource({
    "l7-rule.yaml, ''",
    "api-http-filter.yaml, ''",
    "allow-frontend-to-backend.yaml, ''",
    "allow-dns.yaml, ''",
    "allow-s3-egress.yaml, allow-s3-egress spec.egress[0].toPorts[0].rules.dns",
    "baseline-deny-world-egress.yaml, baseline-deny-world-egress spec.egressDeny"
        + " allow-kube-apiserver spec.egress[0].toEntities[0]",
    "deny-dev-to-prod-db.yaml, deny-dev-to-prod-db spec.ingressDeny",
    "kafka-topic-control.yaml, kafka-topic-control spec.ingress[0].toPorts[0].rules.kafka",
  })
  void examples(String file, String expected) throws Exception {
    String yaml = Files.readString(Path.of("src/test/resources/examples", file));
    Admission.Result result = new Admission().admit(FixedWorld.manifests(file, yaml));
    String rejected =
        result.rejected().stream()
            .map(rejection -> rejection.name() + " " + rejection.field())
            .collect(Collectors.joining(" "));
    assertThat(rejected).isEqualTo(expected);
    assertThat(result.rejected())
        .allSatisfy(rejection -> assertThat(rejection.reason()).contains("is not supported yet"));
    if (expected.isEmpty()) {
      assertThat(result.world().policies()).isNotEqualTo(List.of());
    }
  }
}
