package io.sluice.proxy.pipeline;

import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.accept.ConnectionRegistry;
import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.identity.Parties;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.origin.OriginLookup;
import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.relay.RelayHandler;
import io.sluice.proxy.sniff.Admission;
import io.sluice.proxy.sniff.FirstBytes;
import io.sluice.proxy.sniff.SniffHandler;
import io.sluice.proxy.spi.Buffers;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.ProtocolFilter;
import io.sluice.proxy.spi.Refusal;
import io.sluice.proxy.upstream.Upstreams;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of every connection: accept, origin, identity, the verdict on the connection, sniff, and
 * the filter that owns its bytes from then on. Until the filter (or the relay, where nothing is to
 * be judged) opens an upstream with a permit, not one byte has gone anywhere.
 *
 * @param origins where clients meant to go
 * @param current the policy
 * @param registry every open connection
 * @param filters by protocol
 * @param upstreams the way out
 * @param buffers the memory
 * @param flows where verdicts are recorded
 * @param limits the bounds
 * @param refusals how a connection ends that may not go on
 */
record ConnectionPath(
    OriginLookup origins,
    CurrentPolicy current,
    ConnectionRegistry registry,
    Map<String, ProtocolFilter> filters,
    Upstreams upstreams,
    Buffers buffers,
    FlowSink flows,
    Limits limits,
    Refusals refusals) {

  /**
   * From {@code accept}: the channel is active, nothing of it has been read.
   *
   * @return the connection, registered but not yet judged, or null if it has been refused
   */
  @Nullable SteeredConnection enter(SocketChannel accepted, Listener listener) {
    Direction direction = listener.direction();
    InetSocketAddress remote = accepted.remoteAddress();
    InetSocketAddress local = accepted.localAddress();
    if (remote == null || local == null) {
      // The client has reset it before anyone looked.
      accepted.close();
      return null;
    }
    Origin origin = origins.lookup(remote, local, listener.address());
    if (origin == null) {
      refusals.unknown(accepted, direction, Refusal.NOT_STEERED);
      return null;
    }
    PolicySnapshot snapshot = current.get();
    Parties parties = Parties.in(snapshot, direction, origin.client(), origin.destination());
    if (parties == null) {
      refusals.unknown(accepted, direction, Refusal.UNKNOWN_ENDPOINT);
      return null;
    }
    SteeredConnection connection =
        new SteeredConnection(this, direction, origin, accepted, snapshot, parties);
    Refusal full = registry.register(connection);
    if (full != null) {
      refusals.overLimit(connection, full);
      return null;
    }
    return connection;
  }

  /**
   * Decides whether it may connect; after its registration, or a swap of the snapshot between the
   * verdict and the registration would be missed.
   */
  void judge(SteeredConnection connection) {
    Permit permit = permit(connection);
    if (permit == null) {
      return;
    }
    PeerPolicy policy = connection.policy();
    if (needsFirstBytes(policy)) {
      connection.sniff(new SniffHandler(first -> sniffed(connection, first)));
    } else {
      carry(connection, permit, policy);
    }
  }

  /** Audit must not wait for a client whose server speaks first. */
  private boolean needsFirstBytes(PeerPolicy policy) {
    String protocol = policy.protocol();
    return protocol != null && filters.containsKey(protocol) && !policy.auditOnly();
  }

  /** From {@code sniff}; the policy may have changed since the client connected. */
  private void sniffed(SteeredConnection connection, FirstBytes first) {
    Permit permit = permit(connection);
    if (permit == null) {
      return;
    }
    PeerPolicy policy = connection.policy();
    String protocol = policy.protocol();
    if (protocol != null && needsFirstBytes(policy) && !Admission.takes(protocol, first)) {
      refusals.wrongProtocol(connection, first.label(), protocol);
    } else {
      carry(connection, permit, policy);
    }
  }

  /** What the connection may go on by; null if it has been refused. */
  private @Nullable Permit permit(SteeredConnection connection) {
    Permit permit = connection.policy().connection().permit();
    if (permit == null) {
      refusals.denied(connection);
    }
    return permit;
  }

  private void carry(SteeredConnection connection, Permit permit, PeerPolicy policy) {
    String protocol = policy.protocol();
    ProtocolFilter filter = protocol == null ? null : filters.get(protocol);
    if (protocol == null || (filter == null && policy.auditOnly())) {
      recordAudit(connection);
      connection.carry(new RelayHandler(connection, permit), null);
    } else if (filter == null) {
      refusals.noFilter(connection, protocol);
    } else {
      connection.carry(filter.handler(connection), protocol);
    }
  }

  /** Where requests are judged they say it themselves. */
  private void recordAudit(SteeredConnection connection) {
    if (connection.policy().connection() instanceof Audited
        && connection.explain() instanceof Audited audited) {
      flows.record(connection.flow(Flow.Outcome.AUDIT, audited.denial()));
    }
  }
}
