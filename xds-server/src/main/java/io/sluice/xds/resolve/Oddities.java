package io.sluice.xds.resolve;

import io.sluice.xds.resolve.BoundPolicy.BoundRule;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;

/** Finds what policies do in this world that was probably not meant. */
final class Oddities {
  private Oddities() {}

  /** What is odd about an endpoint's rules: conflicts, and HTTP rules that restrict nobody. */
  static List<Warning> of(EndpointRules endpoint) {
    List<Warning> warnings = new ArrayList<>();
    String name = endpoint.endpoint().fullName();
    for (Conflict conflict : endpoint.conflicts()) {
      warnings.add(
          warning(
              conflict,
              "; pod "
                  + name
                  + " keeps the rules that it had, or if it had none denies everything"));
    }
    for (Conflict conflict : endpoint.unaudited()) {
      warnings.add(warning(conflict, "; until then no policy is audited for pod " + name));
    }
    for (EndpointRules.Direction direction : List.of(endpoint.ingress(), endpoint.egress())) {
      if (direction.enforced() != null) {
        warnings.addAll(NeedlessL7.find(direction.enforced()));
      }
    }
    return warnings;
  }

  private static Warning warning(Conflict conflict, String consequence) {
    return new Warning(conflict.source(), conflict.field(), conflict.reason() + consequence);
  }

  /** What is odd about policies: whom they mean, and that nodes are not enforced. */
  static List<Warning> of(BoundPolicies policies) {
    List<Warning> warnings = new ArrayList<>();
    for (BoundPolicy policy : policies.all()) {
      for (BoundRule rule : policy.rules()) {
        if (rule.rule().subject().nodes()) {
          warnings.add(
              warning(
                  policy.policy(),
                  rule.rule().subject().place(),
                  "is about nodes, whose own traffic is not enforced; sluice policy explain and"
                      + " test judge it"));
        } else if (rule.subject().peers().noPods()) {
          warnings.add(
              warning(
                  policy.policy(),
                  rule.rule().subject().place(),
                  "selects no pod, so the rule does nothing now; check labels and namespace if"
                      + " pods were meant"));
        }
        rule.items(true).forEach(item -> warnOfNobody(policy.policy(), item, warnings));
        rule.items(false).forEach(item -> warnOfNobody(policy.policy(), item, warnings));
      }
    }
    return warnings;
  }

  private static void warnOfNobody(Policy policy, BoundItem item, List<Warning> warnings) {
    for (BoundItem.BoundPeer named : item.named()) {
      boolean nobody =
          named.selections().stream().allMatch(selection -> selection.peers().nobody());
      if (nobody && !(named.peer().selector() instanceof PeerSelector.Fqdn)) {
        warnings.add(
            warning(
                policy,
                named.peer().place(),
                "selects no peer, so it "
                    + (item.item().deny() ? "denies" : "allows")
                    + " nobody now; check labels and namespace if pods were meant"));
      }
    }
  }

  private static Warning warning(Policy policy, Policy.Place place, String reason) {
    return new Warning(
        place.source(), place.field(), policy.kind() + " " + policy.fullName() + ": " + reason);
  }
}
