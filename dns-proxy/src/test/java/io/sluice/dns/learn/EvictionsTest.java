package io.sluice.dns.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.match.DnsName;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EvictionsTest {
  private static final DnsName A = Objects.requireNonNull(DnsName.of("a.io"));
  private static final DnsName B = Objects.requireNonNull(DnsName.of("b.io"));

  private final Evictions evictions = new Evictions(LearnSettings.DEFAULTS.withMost(2, 3, 4));

  @Test
  void namesTheEndpointTheNameTheBoundAndTheKeyToRaise() {
    evictions.count(Limit.NAME, "prod/app", A);
    evictions.count(Limit.NAME, "prod/other", B);
    evictions.count(Limit.ENDPOINT, "prod/other", B);
    evictions.count(Limit.NODE, "prod/third", A);

    assertThat(evictions.tell(0))
        .containsExactly(
            "there is room for 2 addresses of one name: 2 addresses were forgotten before their"
                + " time lately, the first of a.io. for prod/app; if they are still in use, raise"
                + " dns.addressesPerName in the agent's --config",
            "there is room for 3 names of one endpoint: 1 addresses were forgotten before their"
                + " time lately, the first of b.io. for prod/other; if they are still in use, raise"
                + " dns.namesPerEndpoint in the agent's --config",
            "there is room for 4 addresses of the whole node: 1 addresses were forgotten before"
                + " their time lately, the first of a.io. for prod/third; lower"
                + " dns.addressesPerName or dns.namesPerEndpoint in the agent's --config, so that"
                + " no endpoint takes the room of all");
    assertThat(evictions.of(Limit.NAME)).isEqualTo(2);
  }

  @Test
  void isQuietForAMinuteAndThenSaysHowManyThereWere() {
    assertThat(evictions.tell(0)).as("nothing to tell").isEmpty();
    evictions.count(Limit.NAME, "prod/app", A);
    assertThat(evictions.tell(1_000)).hasSize(1);
    for (int i = 0; i < 5; i++) {
      evictions.count(Limit.NAME, "prod/app", B);
    }
    assertThat(evictions.tell(60_999)).isEmpty();
    assertThat(evictions.tell(61_000))
        .singleElement()
        .asString()
        .contains("5 addresses", "of b.io. for prod/app");
    assertThat(evictions.tell(200_000)).as("nothing since").isEmpty();
  }
}
