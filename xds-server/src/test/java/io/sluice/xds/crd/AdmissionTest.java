package io.sluice.xds.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Policy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which version of an object is in force. */
class AdmissionTest {
  private static final String GOOD =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: p, namespace: a}
      spec: {endpointSelector: {}, ingress: [{}], description: "one"}
      """;
  private static final String BAD = GOOD.replace("ingress:", "ingres:");
  private static final String NEWER = GOOD.replace("ingress: [{}]", "egress: [{}]");

  private final Admission admission = new Admission();

  private Admission.Result admit(String yaml) {
    return admission.admit(FixedWorld.manifests("p.yaml", yaml));
  }

  @Test
  void aRejectedObjectKeepsItsLastGoodVersion() {
    Policy good = admit(GOOD).world().policies().getFirst();
    Admission.Result rejected = admit(BAD);
    assertThat(rejected.world().policies()).containsExactly(good);
    assertThat(rejected.rejected()).singleElement().extracting(Rejection::lastGood).isEqualTo(true);
    assertThat(admit(BAD + "# still").world().policies()).containsExactly(good);
    assertThat(admit(NEWER).world().policies().getFirst().rules().getFirst().egress().items())
        .hasSize(1);
  }

  @Test
  void aRejectedObjectThatNeverWasGoodIsAbsent() {
    Admission.Result rejected = admit(BAD);
    assertThat(rejected.world().policies()).isEmpty();
    assertThat(rejected.rejected().getFirst().lastGood()).isFalse();
  }

  @Test
  void anObjectWithoutAManifestIsGoneForGood() {
    admit(GOOD);
    assertThat(admit("").world().policies()).isEmpty();
    assertThat(admit(BAD).world().policies()).isEmpty();
  }

  @Test
  void theFirstOfTwoByPathIsInForceAndTheOtherRejected() {
    List<Manifest> both = new ArrayList<>(FixedWorld.manifests("a.yaml", GOOD));
    both.addAll(FixedWorld.manifests("b.yaml", NEWER));
    Admission.Result result = admission.admit(both);
    assertThat(result.world().policies())
        .singleElement()
        .extracting(Policy::source)
        .isEqualTo("a.yaml:1");
    assertThat(result.rejected())
        .containsExactly(
            new Rejection(
                "b.yaml:1",
                "CiliumNetworkPolicy",
                "a",
                "p",
                "metadata.name",
                "is already defined at a.yaml:1, which is in force; remove one of the two",
                false));
  }

  @Test
  void oneBadObjectHindersNoOther() {
    Admission.Result result = admit(BAD + "---\n" + GOOD.replace("name: p", "name: q"));
    assertThat(result.world().policies()).extracting(Policy::name).containsExactly("q");
  }
}
