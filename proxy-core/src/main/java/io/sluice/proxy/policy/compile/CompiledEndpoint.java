package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.Protocol;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The policy of one endpoint, both directions compiled; immutable.
 *
 * @param endpoint whose it is
 * @param ingress what may enter it
 * @param egress what may leave it
 * @param shadowFault why nothing is audited though the resource has a shadow; else empty
 */
record CompiledEndpoint(
    Endpoint endpoint, CompiledDirection ingress, CompiledDirection egress, String shadowFault)
    implements EndpointPolicy {

  /** Denies everything: what an endpoint has whose first resource was refused. */
  static CompiledEndpoint denyingAll(Endpoint endpoint) {
    return new CompiledEndpoint(
        endpoint, CompiledDirection.DENY_ALL, CompiledDirection.DENY_ALL, "");
  }

  @Override
  public PeerPolicy peer(Direction direction, Protocol protocol, int port, int identity) {
    return of(direction).table(protocol).peer(port, identity);
  }

  @Override
  public Verdict explain(Direction direction, Protocol protocol, int port, int identity) {
    Verdict connection = peer(direction, protocol, port, identity).connection();
    return of(direction).rules().explain(connection, protocol, port, identity);
  }

  @Override
  public List<PortVerdict> ports(Direction direction) {
    return of(direction).verdicts();
  }

  private CompiledDirection of(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }

  /**
   * One direction.
   *
   * @param rules what it was made of
   * @param tables one for each protocol
   */
  record CompiledDirection(DirectionRules rules, Map<Protocol, PortTable> tables) {
    static final CompiledDirection DENY_ALL =
        new CompiledDirection(new DirectionRules(List.of(), null), Map.of());

    CompiledDirection {
      tables = tables.isEmpty() ? Map.of() : new EnumMap<>(tables);
    }

    /** What differs between protocols, and what is about all of them. */
    List<PortVerdict> verdicts() {
      // Wherever audit marks entries, an entry about all protocols must not speak for a peer that
      // the entries of one protocol treat as everybody.
      boolean allPeers = rules.shadow() != null;
      return tables.entrySet().stream()
          .filter(entry -> entry.getKey() == Protocol.OTHER || rules.mention(entry.getKey()))
          .flatMap(entry -> entry.getValue().verdicts(entry.getKey(), allPeers).stream())
          .toList();
    }

    PortTable table(Protocol protocol) {
      return tables.getOrDefault(protocol, PortTable.DENY_ALL);
    }
  }
}
