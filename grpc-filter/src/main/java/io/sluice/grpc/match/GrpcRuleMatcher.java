package io.sluice.grpc.match;

import io.sluice.grpc.match.CallForm.Defect;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * All gRPC rules of one peer on one port: the service, then the method are looked up in an index,
 * and the headers of what is left are checked at its end. What is no gRPC call, no rule allows.
 */
final class GrpcRuleMatcher implements RuleMatcher<GrpcRequest> {
  /** Rules that are weighed for a denial: what one call may cost is bounded. */
  private static final int MAX_WEIGHED = 64;

  private final List<GrpcRule> rules;
  private final List<RuleOrigin> origins;
  private final Node root;

  GrpcRuleMatcher(List<GrpcRule> rules) {
    this.rules = List.copyOf(rules);
    this.origins = rules.stream().map(GrpcRule::origin).toList();
    List<Integer> all = IntStream.range(0, rules.size()).boxed().toList();
    this.root =
        index(
            false,
            all,
            GrpcRule::service,
            ofService -> index(true, ofService, GrpcRule::method, this::leaf));
  }

  private NameIndex index(
      boolean ofMethod,
      List<Integer> members,
      Function<GrpcRule, NamePattern> part,
      Function<List<Integer>, Node> next) {
    Map<NamePattern, List<Integer>> byPattern = new LinkedHashMap<>();
    for (int member : members) {
      byPattern.computeIfAbsent(part.apply(rules.get(member)), _ -> new ArrayList<>()).add(member);
    }
    Map<NamePattern, Node> nodes = new LinkedHashMap<>();
    byPattern.forEach((pattern, of) -> nodes.put(pattern, next.apply(of)));
    return new NameIndex(ofMethod, nodes);
  }

  private Node leaf(List<Integer> members) {
    int[] left = members.stream().mapToInt(Integer::intValue).toArray();
    return (request, _) -> {
      for (int rule : left) {
        if (rules.get(rule).headersHold(request)) {
          return rule;
        }
      }
      return NONE;
    };
  }

  @Override
  public List<RuleOrigin> origins() {
    return origins;
  }

  @Override
  public int match(GrpcRequest request) {
    int slash = CallForm.slash(request);
    return slash == CallForm.NO_CALL ? NONE : root.match(request, slash);
  }

  @Override
  public List<Integer> matching(GrpcRequest request) {
    int slash = CallForm.slash(request);
    return slash == CallForm.NO_CALL
        ? List.of()
        : IntStream.range(0, rules.size())
            .filter(rule -> rules.get(rule).holds(request, slash))
            .boxed()
            .toList();
  }

  // The sort is stable: rules that are equally near stay in the order of the policy.
  @Override
  public List<NearestMiss> nearest(GrpcRequest request, int most) {
    Defect defect = CallForm.defect(request);
    if (defect != null) {
      return rules.stream()
          .limit(most)
          .map(rule -> new NearestMiss(rule.origin(), defect.field(), defect.why()))
          .toList();
    }
    int slash = CallForm.slash(request);
    return rules.stream()
        .limit(MAX_WEIGHED)
        .map(rule -> new Weighed(rule, rule.nearness(request, slash)))
        .sorted(Comparator.comparingInt(Weighed::nearness).reversed())
        .limit(most)
        .map(weighed -> weighed.rule.explain(request, slash))
        .toList();
  }

  private record Weighed(GrpcRule rule, int nearness) {}
}
