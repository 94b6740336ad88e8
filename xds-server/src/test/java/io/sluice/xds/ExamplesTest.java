package io.sluice.xds;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.crd.Admission;
import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.world.Warning;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published example policies: all of them are in force as they stand. */
class ExamplesTest {

  @ParameterizedTest
  @CsvSource({
    "l7-rule.yaml, 1, ''",
    "api-http-filter.yaml, 1, spec.ingress[0].toPorts[0].rules.http[1].headers[0]",
    "allow-frontend-to-backend.yaml, 1, ''",
    "allow-dns.yaml, 1, ''",
    "allow-s3-egress.yaml, 1, ''",
    "baseline-deny-world-egress.yaml, 2, ''",
    "deny-dev-to-prod-db.yaml, 1, ''",
    "kafka-topic-control.yaml, 1, ''",
  })
  void isInForceAsItStands(String file, int policies, String warnedOf) throws Exception {
    String yaml = Files.readString(Path.of("src/test/resources/examples", file));
    Admission.Result result = new Admission().admit(FixedWorld.manifests(file, yaml));
    assertThat(result.rejected()).isEmpty();
    assertThat(result.warnings().stream().map(Warning::field).collect(joining(" ")))
        .isEqualTo(warnedOf);
    assertThat(result.world().policies()).hasSize(policies);
  }
}
