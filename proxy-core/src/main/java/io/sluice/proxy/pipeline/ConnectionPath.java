package io.sluice.proxy.pipeline;

import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.accept.ConnectionRegistry;
import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.identity.Parties;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.origin.OriginLookup;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.relay.RelayHandler;
import io.sluice.proxy.sniff.Admission;
import io.sluice.proxy.sniff.FirstBytes;
import io.sluice.proxy.sniff.SniffHandler;
import io.sluice.proxy.spi.Buffers;
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
    switch (connection.policy().connection()) {
      case Denial denial -> refusals.denied(connection, denial);
      case Permit permit when connection.policy().protocol() == null ->
          connection.carry(new RelayHandler(connection, permit), null);
      case Permit permit -> connection.sniff(new SniffHandler(first -> sniffed(connection, first)));
    }
  }

  /** From {@code sniff}; the policy may have changed since the client connected. */
  private void sniffed(SteeredConnection connection, FirstBytes first) {
    String protocol = connection.policy().protocol();
    switch (connection.policy().connection()) {
      case Denial denial -> refusals.denied(connection, denial);
      case Permit permit when protocol == null ->
          connection.carry(new RelayHandler(connection, permit), null);
      case Permit permit -> filter(connection, protocol, first);
    }
  }

  private void filter(SteeredConnection connection, String protocol, FirstBytes first) {
    ProtocolFilter filter = filters.get(protocol);
    if (filter == null) {
      refusals.noFilter(connection, protocol);
    } else if (!Admission.takes(protocol, first)) {
      refusals.wrongProtocol(connection, first.label(), protocol);
    } else {
      connection.carry(filter.handler(connection), protocol);
    }
  }
}
