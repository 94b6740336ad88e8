package io.sluice.proxy.pipeline;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.accept.Registered;
import io.sluice.proxy.identity.Parties;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.relay.ByteTunnel;
import io.sluice.proxy.spi.Buffers;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.TcpEnd;
import io.sluice.proxy.spi.Tunnel;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;
import io.sluice.proxy.upstream.UpstreamConnection;
import io.sluice.proxy.upstream.UpstreamHolder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One steered connection with everything that belongs to it; lives until its client's channel and
 * all its upstreams are closed. Touched by its event loop only.
 */
final class SteeredConnection extends Registered implements Connection, UpstreamHolder {
  private static final AtomicLong LAST_ID = new AtomicLong();
  private static final PeerPolicy GONE =
      PeerPolicy.denied(Denial.because("the endpoint is no longer on this node"));

  private final ConnectionPath path;
  private final long id = LAST_ID.incrementAndGet();
  private final Direction direction;
  private final Origin origin;
  private final SocketChannel downstream;
  private final long endpointId;
  private final List<UpstreamConnection> upstreams = new ArrayList<>(1);

  private volatile Endpoint endpoint;
  private volatile Peer peer;
  private PolicySnapshot snapshot;
  private PeerPolicy policy;

  private @Nullable FilterHandler handler;
  private @Nullable String filtered;
  private boolean forAudit;
  private boolean finishing;
  private boolean sniffed;
  private boolean inBatch;
  private boolean ended;
  private boolean clientGone;
  private boolean touched = true;
  private long idleSinceNanos = System.nanoTime();

  SteeredConnection(
      ConnectionPath path,
      Direction direction,
      Origin origin,
      SocketChannel downstream,
      PolicySnapshot snapshot,
      Parties parties) {
    this.path = path;
    this.direction = direction;
    this.origin = origin;
    this.downstream = downstream;
    this.snapshot = snapshot;
    this.policy = parties.policy();
    this.peer = parties.peer();
    this.endpoint = parties.enforced().endpoint();
    this.endpointId = endpoint.id();
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // one volatile read and one comparison for each request
  public PeerPolicy policy() {
    PolicySnapshot current = path.current().get();
    if (current != snapshot) {
      snapshot = current;
      policy = lookUp(current);
    }
    return policy;
  }

  /** An address may belong to another endpoint by now: its policy is not this connection's. */
  private @Nullable Parties parties(PolicySnapshot current) {
    Parties parties = Parties.in(current, direction, origin.client(), origin.destination());
    return parties == null || parties.enforced().endpoint().id() != endpointId ? null : parties;
  }

  private PeerPolicy lookUp(PolicySnapshot current) {
    Parties parties = parties(current);
    if (parties == null) {
      return GONE;
    }
    endpoint = parties.enforced().endpoint();
    peer = parties.peer();
    return parties.policy();
  }

  /** The verdict on the connection with the rules that came near; costs more than asking. */
  Verdict explain() {
    Parties parties = parties(path.current().get());
    return parties == null
        ? GONE.connection()
        : parties
            .enforced()
            .explain(
                direction, Protocol.TCP, origin.destination().getPort(), parties.peer().identity());
  }

  /** The record of what was decided about the connection as a whole. */
  Flow flow(Flow.Outcome outcome, Denial why) {
    return new Flow(
        this,
        TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()),
        Flow.Type.CONNECTION,
        outcome,
        why.deniedBy(),
        why.reason(),
        why.nearestMisses(),
        "",
        null,
        0,
        0);
  }

  /** Puts the handler in charge that waits for the client's first bytes. */
  void sniff(FilterHandler sniffer) {
    handler = sniffer;
    downstream.pipeline().addLast(sniffer);
  }

  /**
   * Puts a handler in charge of the client's bytes, to the end of the connection.
   *
   * @param last the handler
   * @param protocol whose requests it judges, or null if it judges none
   */
  void carry(FilterHandler last, @Nullable String protocol) {
    sniffed = true;
    filtered = protocol;
    forAudit = policy.auditOnly();
    handler = last;
    downstream.pipeline().addLast(last);
    if (finishing) {
      last.finish();
    }
  }

  void batchBegins() {
    inBatch = true;
    touched = true;
  }

  void batchEnds() {
    inBatch = false;
    for (int i = 0; i < upstreams.size(); i++) {
      upstreams.get(i).flushBatch();
    }
  }

  /** The client's channel is closed, nothing is left to judge: what it has sent still goes out. */
  void clientGone() {
    clientGone = true;
    ended = true;
    for (UpstreamConnection upstream : List.copyOf(upstreams)) {
      upstream.close();
    }
    leaveIfAllClosed();
  }

  @Override
  public Upstream openUpstream(Permit permit, UpstreamEvents events) {
    return path.upstreams()
        .open(permit, loop(), direction, origin.client(), origin.destination(), this, events);
  }

  @Override
  public Tunnel tunnel(Permit permit, Upstream upstream) {
    return new ByteTunnel(this, permit, upstream);
  }

  @Override
  public void upstreamOpened(UpstreamConnection upstream) {
    upstreams.add(upstream);
  }

  @Override
  public void upstreamClosed(UpstreamConnection upstream) {
    upstreams.remove(upstream);
    leaveIfAllClosed();
  }

  private void leaveIfAllClosed() {
    if (clientGone && upstreams.isEmpty()) {
      path.registry().unregister(this);
    }
  }

  @Override
  public void reset() {
    ended = true;
    for (UpstreamConnection upstream : List.copyOf(upstreams)) {
      upstream.reset();
    }
    TcpEnd.reset(downstream);
  }

  @Override
  public void rejudge() {
    if (ended) {
      return;
    }
    PeerPolicy now = policy();
    String protocol = now.protocol();
    if (now.connection() instanceof Denial) {
      path.refusals().denied(this);
    } else if (sniffed && protocol != null && !now.auditOnly() && !enforces(protocol)) {
      // What carries it can't judge what must be judged now.
      reset();
    } else if (handler != null) {
      handler.rejudge();
    }
  }

  /** What only watches for audit has let bytes pass that it could not read. */
  private boolean enforces(String protocol) {
    return protocol.equals(filtered) && !forAudit;
  }

  @Override
  protected void finish() {
    finishing = true;
    if (handler != null && !ended) {
      handler.finish();
    }
  }

  @Override
  protected void drain() {
    if (handler != null && !ended) {
      handler.drain();
    }
  }

  @Override
  protected void tick(long nowNanos) {
    if (touched) {
      touched = false;
      idleSinceNanos = nowNanos;
    } else if (keepsBytes() && path.buffers().scarce()) {
      path.refusals().shed(this);
      return;
    } else if (nowNanos - idleSinceNanos > limits().idleTimeout().toNanos()) {
      reset();
      return;
    }
    if (handler != null && !ended) {
      handler.tick(nowNanos);
    }
  }

  private boolean keepsBytes() {
    if (Buffers.keepsBytes(downstream) || (!ended && handler != null && handler.keptBytes() > 0)) {
      return true;
    }
    for (int i = 0; i < upstreams.size(); i++) {
      if (upstreams.get(i).keepsBytes()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void fault(Throwable cause) {
    path.refusals().faulted(id(), cause);
    reset();
  }

  @Override
  public boolean inBatch() {
    return inBatch;
  }

  @Override
  public void touched() {
    touched = true;
  }

  @Override
  protected EventLoop loop() {
    return downstream.eventLoop();
  }

  @Override
  protected long endpointId() {
    return endpointId;
  }

  @Override
  public String id() {
    return Long.toString(id);
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public InetSocketAddress client() {
    return origin.client();
  }

  @Override
  public InetSocketAddress destination() {
    return origin.destination();
  }

  @Override
  public SocketChannel downstream() {
    return downstream;
  }

  @Override
  public FlowSink flows() {
    return path.flows();
  }

  @Override
  public Limits limits() {
    return path.limits();
  }
}
