package io.sluice.proxy.policy.rule;

import java.util.List;

/**
 * Names the place in a policy object that a rule was made from.
 *
 * @param kind the object's kind, such as {@code CiliumNetworkPolicy}
 * @param namespace the object's namespace; empty for cluster-wide objects
 * @param name the object's name
 * @param rule the field path inside the object, such as {@code
 *     spec.ingress[0].toPorts[0].rules.http[1]}
 */
public record RuleOrigin(String kind, String namespace, String name, String rule) {

  /** The origin of what no object asked for, such as the local node's access to its own pods. */
  public static final RuleOrigin NONE = new RuleOrigin("", "", "", "");

  /** Returns what a resource says; {@link #NONE} if it says nothing. */
  public static RuleOrigin of(io.sluice.v1.RuleOrigin origin) {
    return origin.equals(io.sluice.v1.RuleOrigin.getDefaultInstance())
        ? NONE
        : new RuleOrigin(
            origin.getKind(), origin.getNamespace(), origin.getName(), origin.getRule());
  }

  /** The rules of a list that a policy object asked for, each once, in the same order. */
  public static List<RuleOrigin> known(List<RuleOrigin> origins) {
    return origins.stream().filter(origin -> !origin.equals(NONE)).distinct().toList();
  }

  /** Returns {@code namespace/name}, or the bare name of a cluster-wide object. */
  public String policy() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
