package io.sluice.proxy.spi;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.rule.Protocol;
import java.net.InetSocketAddress;

/** The two ends that a flow is between: of a connection, or of datagrams back and forth. */
public interface FlowEnds {

  /** Unique within the process; in flow records. */
  String id();

  /** Which side is enforced. */
  Direction direction();

  /** What carries it: {@link Protocol#TCP} or {@link Protocol#UDP}. */
  default Protocol carrier() {
    return Protocol.TCP;
  }

  /** The local endpoint whose policy is enforced. */
  Endpoint endpoint();

  /** The other side. */
  Peer peer();

  /** Where the client sends from: the pod's own address. */
  InetSocketAddress client();

  /** Where the client meant to go. */
  InetSocketAddress destination();
}
