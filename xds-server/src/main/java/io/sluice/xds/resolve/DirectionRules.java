package io.sluice.xds.resolve;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.resolve.BoundPolicy.BoundRule;
import io.sluice.xds.world.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of one direction of an endpoint, made from what the policies that select it say.
 *
 * @param enforced whether anything but "everything" is said
 * @param rules in the order of the policies
 * @param conflicts why they can't be enforced together; empty if they can
 */
record DirectionRules(boolean enforced, List<Rule> rules, List<Conflict> conflicts) {
  private static final DirectionRules OPEN = new DirectionRules(false, List.of(), List.of());

  /** The local node may always reach its pods, or it could not probe their health. */
  private static final Rule LOCAL_NODE = Rule.unwritten(Peers.of(ReservedIdentity.HOST));

  /** What only a rule that some other makes needless is allowed by: everybody, everything. */
  private static final Rule EVERYTHING = Rule.unwritten(Peers.ANY);

  /**
   * Makes them.
   *
   * @param selecting the rules of policies, in their order
   * @param incoming whether it is the direction into the endpoint
   * @param always whether it is enforced though no rule may say so
   * @param local whether the local node always has access
   */
  static DirectionRules of(
      List<BoundRule> selecting,
      boolean incoming,
      boolean always,
      boolean local,
      NamedPorts named) {
    List<Statement> statements = new ArrayList<>();
    boolean concerned = false;
    boolean defaultDeny = always;
    for (BoundRule rule : selecting) {
      for (BoundItem item : rule.items(incoming)) {
        concerned = true;
        defaultDeny |= rule.side(incoming).defaultDeny();
        statements.addAll(item.statements());
      }
    }
    if (!concerned && !always) {
      return OPEN;
    }
    Merge merge = new Merge(statements);
    List<Rule> rules = new ArrayList<>();
    for (Statement statement : statements) {
      add(rules, statement, merge, named, !defaultDeny);
    }
    if (!defaultDeny) {
      rules.add(EVERYTHING);
    }
    if (incoming && local) {
      rules.add(LOCAL_NODE);
    }
    return new DirectionRules(
        true,
        List.copyOf(rules),
        List.copyOf(merge.conflicts().isEmpty() ? Kinds.conflicts(rules) : merge.conflicts()));
  }

  /**
   * Adds what a statement comes to.
   *
   * @param open whether what no rule allows passes; then no request is refused either (4.2)
   */
  private static void add(
      List<Rule> rules, Statement statement, Merge merge, NamedPorts named, boolean open) {
    merge
        .divide(statement)
        .forEach(
            (serverNames, peers) ->
                traffic(statement, peers, named)
                    .forEach(
                        (traffic, about) -> {
                          if (!about.nobody()) {
                            Rule rule = rule(statement, traffic, about, serverNames);
                            rules.add(rule);
                            if (open && rule.l7() != null) {
                              rules.add(Rule.unwritten(traffic, about));
                            }
                          }
                        }));
  }

  private static Rule rule(
      Statement statement, Traffic traffic, Peers peers, List<String> serverNames) {
    return new Rule(
        statement.item().policy(),
        statement.place(),
        statement.deny(),
        traffic,
        peers,
        statement.deny() ? null : statement.l7(),
        serverNames,
        statement.deny() ? null : statement.tls());
  }

  private static Map<Traffic, Peers> traffic(Statement statement, Peers peers, NamedPorts named) {
    Statement.Filter filter = statement.filter();
    if (filter.name().isEmpty()) {
      return Map.of(filter.traffic(), peers);
    }
    Map<Traffic, Peers> numbered = new LinkedHashMap<>();
    if (filter.traffic().protocol() != null) {
      named
          .of(new Pod.PortName(filter.name(), filter.traffic().protocol()), peers)
          .forEach(
              (port, about) ->
                  numbered.put(new Traffic(filter.traffic().protocol(), port, port), about));
    }
    return numbered;
  }
}
