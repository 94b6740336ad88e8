package io.sluice.xds.resolve;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one item of a policy says about one range of ports, or about the ports of one name: the unit
 * in which rules are merged (policy language, sections 4.3 and 4.4).
 *
 * @param item whose peers it is about
 * @param place where it stands
 * @param filter the ports
 * @param l7 of the requests these; null: every byte
 * @param serverNames patterns of the names that TLS connections must ask for; empty: any
 * @param tls the certificates for reading inside TLS, or null
 */
record Statement(
    BoundItem item,
    Policy.Place place,
    Filter filter,
    @Nullable L7Rules l7,
    List<String> serverNames,
    Policy.@Nullable Tls tls) {
  private static final List<Policy.Protocol> ANY_PROTOCOL =
      List.of(Policy.Protocol.TCP, Policy.Protocol.UDP, Policy.Protocol.SCTP);

  /** What else "any protocol" stands for can't satisfy a rule about names that are asked for. */
  private static final List<Policy.Protocol> CARRYING_DNS =
      List.of(Policy.Protocol.TCP, Policy.Protocol.UDP);

  /**
   * The ports of a statement.
   *
   * @param traffic with port 0 if they are named
   * @param name empty for numbers
   */
  record Filter(Traffic traffic, String name) {}

  /** What an item says; nothing, if it names neither peers nor ports. */
  static List<Statement> of(BoundItem item) {
    List<Policy.PortRule> ports = item.item().ports();
    if (ports == null) {
      return item.item().peers() == null
          ? List.of()
          : List.of(
              new Statement(
                  item, item.item().place(), new Filter(Traffic.ALL, ""), null, List.of(), null));
    }
    List<Statement> statements = new ArrayList<>();
    for (Policy.PortRule rule : ports) {
      List<Policy.Protocol> any = rule.l7() instanceof L7Rules.Dns ? CARRYING_DNS : ANY_PROTOCOL;
      for (Policy.Ports each : rule.ports()) {
        for (Policy.Protocol protocol :
            each.protocol() == Policy.Protocol.ANY ? any : List.of(each.protocol())) {
          Filter filter = new Filter(new Traffic(protocol, each.first(), each.last()), each.name());
          statements.add(
              new Statement(item, rule.place(), filter, rule.l7(), rule.serverNames(), rule.tls()));
        }
      }
    }
    return List.copyOf(statements);
  }

  boolean deny() {
    return item.item().deny();
  }

  /** Whether what it allows must be read. */
  boolean inspects() {
    return !deny() && (l7 != null || !serverNames.isEmpty() || tls != null);
  }
}
