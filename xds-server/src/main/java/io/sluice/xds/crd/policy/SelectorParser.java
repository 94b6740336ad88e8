package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.policy.RequirementParser.Written;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Requirement.Operator;
import io.sluice.xds.world.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads label selectors and adds what the language implies: a namespaced policy selects in its own
 * namespace unless it says otherwise, and peers are pods of this cluster unless it says otherwise
 * (policy language, 2.3).
 */
final class SelectorParser {
  private static final Set<String> SOURCES =
      Set.of(
          Requirement.ANY_SOURCE, Label.KUBERNETES, Label.RESERVED, Label.CIDR, Label.CIDR_GROUP);

  private static final RequirementParser SOURCED = new RequirementParser(LabelKey::sourced);
  private static final RequirementParser UNSOURCED = new RequirementParser(LabelKey::unsourced);
  private static final RequirementParser OF_PODS = new RequirementParser(LabelKey::ofPod);
  private static final RequirementParser OF_NAMESPACES =
      new RequirementParser(LabelKey::ofNamespace);

  private final String namespace;
  private final Requirement inCluster;

  /**
   * Makes one for the selectors of one object.
   *
   * @param namespace the object's namespace; empty for cluster-wide objects
   * @param localCluster the cluster's name
   */
  SelectorParser(String namespace, String localCluster) {
    this.namespace = namespace;
    this.inCluster = PodLabels.inCluster(localCluster);
  }

  /** Reads which endpoints a rule applies to. */
  Selector subject(Located selector) throws RejectedException {
    List<Written> written = ofEndpoints(selector, SOURCED);
    if (namespace.isEmpty()) {
      return Selector.of(requirements(written));
    }
    List<Requirement> kept = new ArrayList<>();
    for (Written each : written) {
      Requirement requirement = each.requirement();
      if (requirement.names(Label.NAMESPACE)
          && requirement.operator() == Operator.IN
          && !requirement.values().contains(namespace)) {
        each.at()
            .warn(
                "asks for pods of the namespace "
                    + String.join(", ", requirement.values())
                    + ", but a namespaced policy applies only to its own, so it applies to "
                    + namespace
                    + "; move the policy, or make it cluster-wide");
      } else {
        kept.add(requirement);
      }
    }
    kept.add(inNamespace());
    return Selector.of(kept);
  }

  /** Reads which nodes a rule applies to. */
  Selector nodes(Located selector) throws RejectedException {
    return Selector.of(requirements(SOURCED.read(selector)));
  }

  /** Reads labels of services or CIDR groups, whose source says nothing. */
  Selector unsourced(Located selector) throws RejectedException {
    return Selector.of(requirements(UNSOURCED.read(selector)));
  }

  /**
   * Reads one element of {@code fromEndpoints} or {@code toEndpoints}.
   *
   * @param ofInit whether the rule applies to endpoints whose labels are not known yet: these may
   *     talk to peers without a namespace
   */
  Selector peer(Located selector, boolean ofInit) throws RejectedException {
    List<Requirement> written = requirements(ofEndpoints(selector, SOURCED));
    if (written.stream().anyMatch(r -> r.source().equals(Label.RESERVED))) {
      return Selector.of(written);
    }
    List<Requirement> all = new ArrayList<>(written);
    boolean namesNamespace = written.stream().anyMatch(r -> r.names(Label.NAMESPACE));
    boolean namesItsLabels = written.stream().anyMatch(SelectorParser::namesNamespaceLabel);
    if (!namesNamespace && namespace.isEmpty()) {
      if (!ofInit) {
        all.add(inAnyNamespace());
      }
    } else if (!namesNamespace && !namesItsLabels) {
      all.add(inNamespace());
    }
    if (written.stream().noneMatch(r -> r.names(Label.CLUSTER))) {
      all.add(inCluster);
    }
    return Selector.of(all);
  }

  /** Reads the {@code podSelector} that a NetworkPolicy applies to. */
  Selector kubernetesSubject(Located selector) throws RejectedException {
    return Selector.of(requirements(ofEndpoints(selector, OF_PODS))).and(inNamespace());
  }

  /** What a NetworkPolicy without a {@code podSelector} applies to. */
  Selector namespaceOfPolicy() {
    return Selector.of(List.of(inNamespace()));
  }

  /** Reads a NetworkPolicy's peer that has only a {@code podSelector}. */
  Selector kubernetesPods(Located pods) throws RejectedException {
    return kubernetesSubject(pods).and(inCluster);
  }

  /** Reads a NetworkPolicy's peer that has a {@code namespaceSelector}. */
  Selector kubernetesNamespaces(Located namespaces) throws RejectedException {
    return Selector.of(requirements(OF_NAMESPACES.read(namespaces)))
        .and(inAnyNamespace())
        .and(inCluster);
  }

  /** Reads a NetworkPolicy's peer that has both; both must hold. */
  Selector kubernetesPodsOf(Located namespaces, Located pods) throws RejectedException {
    Selector all = kubernetesNamespaces(namespaces);
    for (Written each : ofEndpoints(pods, OF_PODS)) {
      all = all.and(each.requirement());
    }
    return all;
  }

  private Requirement inNamespace() {
    return Requirement.equal(Label.KUBERNETES, Label.NAMESPACE, namespace);
  }

  private static Requirement inAnyNamespace() {
    return Requirement.exists(Label.KUBERNETES, Label.NAMESPACE);
  }

  private static boolean namesNamespaceLabel(Requirement requirement) {
    return requirement.key().startsWith(Label.NAMESPACE_LABELS)
        && (requirement.source().equals(Requirement.ANY_SOURCE)
            || requirement.source().equals(Label.KUBERNETES));
  }

  private static List<Requirement> requirements(List<Written> written) {
    return written.stream().map(Written::requirement).toList();
  }

  /** Reads a selector of endpoints and warns of what no endpoint can have. */
  private static List<Written> ofEndpoints(Located selector, RequirementParser parser)
      throws RejectedException {
    List<Written> written = parser.read(selector);
    for (Written each : written) {
      warnIfNeverCarried(each.at(), each.requirement());
    }
    return written;
  }

  private static void warnIfNeverCarried(Located at, Requirement requirement) {
    String source = requirement.source();
    if (source.equals(Label.RESERVED)) {
      if (!Entity.isReserved(requirement.key())) {
        at.warn(
            "no identity has the label "
                + requirement.source()
                + ":"
                + requirement.key()
                + ", so it counts as absent everywhere; reserved labels are "
                + Entity.reservedNames());
      }
    } else if (!SOURCES.contains(source)) {
      at.warn(
          "no identity has labels of the source "
              + source
              + ", so it counts as absent everywhere; labels of pods have the source k8s");
    } else if (PodLabels.dropped(requirement.key()) && !source.startsWith(Label.CIDR)) {
      at.warn(
          "the label "
              + requirement.key()
              + " never takes part in identity, so it counts as absent on every pod; select by"
              + " another label");
    }
  }
}
