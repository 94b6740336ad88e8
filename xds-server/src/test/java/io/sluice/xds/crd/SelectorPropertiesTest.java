package io.sluice.xds.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.World;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A selector read from a manifest selects just the pods that a naive reading of it selects. */
class SelectorPropertiesTest {
  private static final List<String> KEYS = List.of("app", "role", "app.kubernetes.io/name");
  private static final List<String> VALUES = List.of("a", "b", "");

  /** One condition, as Kubernetes defines it. */
  record Condition(String prefix, String key, String operator, Set<String> values) {
    boolean holds(Map<String, String> labels) {
      boolean present = labels.containsKey(key);
      return switch (operator) {
        case "In" -> present && values.contains(labels.get(key));
        case "NotIn" -> !present || !values.contains(labels.get(key));
        case "Exists" -> present;
        default -> !present;
      };
    }

    String yaml() {
      String listed = values.stream().map(v -> "'" + v + "'").collect(Collectors.joining(", "));
      return "{key: '%s%s', operator: %s, values: [%s]}"
          .formatted(prefix, key, operator, operator.endsWith("In") ? listed : "");
    }
  }

  @Property
  void selectsWhatTheNaiveReadingSelects(
      @ForAll("conditions") List<Condition> conditions,
      @ForAll("labels") Map<String, String> labels,
      @ForAll("namespaces") String namespace) {
    String expressions = conditions.stream().map(Condition::yaml).collect(Collectors.joining(", "));
    World world =
        new Admission()
            .admit(
                FixedWorld.manifests(
                    "w.yaml",
                    """
                    apiVersion: cilium.io/v2
                    kind: CiliumNetworkPolicy
                    metadata: {name: p, namespace: own}
                    spec:
                      endpointSelector: {matchExpressions: [%s]}
                      ingress: [{fromEndpoints: [{matchExpressions: [%s]}]}]
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: pod, namespace: %s, labels: {%s}}
                    """
                        .formatted(expressions, expressions, namespace, yaml(labels))))
            .world();
    Labels identity = PodLabels.of(world.pods().getFirst(), world);
    Policy.Rule rule = world.policies().getFirst().rules().getFirst();
    boolean expected =
        namespace.equals("own") && conditions.stream().allMatch(c -> c.holds(labels));

    assertThat(rule.subject().selector().matches(identity)).isEqualTo(expected);
    Policy.Peer peer = rule.ingress().items().getFirst().peers().getFirst();
    assertThat(((PeerSelector.Labelled) peer.selector()).selector().matches(identity))
        .isEqualTo(expected);
    for (String reserved : List.of("host", "world", "remote-node", "unmanaged")) {
      assertThat(
              ((PeerSelector.Labelled) peer.selector())
                  .selector()
                  .matches(Labels.reserved(reserved)))
          .as(reserved)
          .isFalse();
    }
  }

  private static String yaml(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> "'" + label.getKey() + "': '" + label.getValue() + "'")
        .collect(Collectors.joining(", "));
  }

  @Provide
  Arbitrary<List<Condition>> conditions() {
    return Combinators.combine(
            Arbitraries.of("", "k8s:", "any:"),
            Arbitraries.of(KEYS),
            Arbitraries.of("In", "NotIn", "Exists", "DoesNotExist"),
            Arbitraries.of(VALUES).set().ofMinSize(1))
        .as(Condition::new)
        .list()
        .ofMaxSize(3);
  }

  @Provide
  Arbitrary<Map<String, String>> labels() {
    return Arbitraries.maps(Arbitraries.of(KEYS), Arbitraries.of(VALUES));
  }

  @Provide
  Arbitrary<String> namespaces() {
    return Arbitraries.of("own", "other");
  }
}
