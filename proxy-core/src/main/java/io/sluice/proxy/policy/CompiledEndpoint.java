package io.sluice.proxy.policy;

import java.util.List;

/** The policy of one endpoint, both directions compiled; immutable. */
record CompiledEndpoint(Endpoint endpoint, PortTable ingress, PortTable egress)
    implements EndpointPolicy {

  /** Denies everything: what an endpoint has whose first resource was refused. */
  static CompiledEndpoint denyingAll(Endpoint endpoint) {
    return new CompiledEndpoint(endpoint, PortTable.DENY_ALL, PortTable.DENY_ALL);
  }

  @Override
  public PeerPolicy peer(Direction direction, int port, int identity) {
    return table(direction).peer(port, identity);
  }

  @Override
  public List<PortVerdict> ports(Direction direction) {
    return table(direction).verdicts();
  }

  private PortTable table(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }
}
