package io.sluice.dns.listen;

import io.sluice.dns.relay.Asker;
import io.sluice.dns.relay.Inquiry;
import io.sluice.dns.relay.UdpUpstreams;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.spi.FlowEnds;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Whoever has sent one datagram to a server. */
final class UdpClient implements Asker, FlowEnds {
  private static final AtomicLong LAST_ID = new AtomicLong();
  private static final PeerPolicy GONE =
      PeerPolicy.denied(Denial.because("the endpoint is no longer on this node"));

  private final CurrentPolicy current;
  private final InetSocketAddress client;
  private final InetSocketAddress server;
  private final UdpUpstreams upstreams;
  private final AnswerSockets.Sender answers;
  private final Executor loop;
  private final Endpoint endpoint;
  private final Peer peer;
  private final long id = LAST_ID.incrementAndGet();

  private PolicySnapshot snapshot;
  private PeerPolicy policy;

  private UdpClient(
      CurrentPolicy current,
      PolicySnapshot snapshot,
      EndpointPolicy enforced,
      InetSocketAddress client,
      InetSocketAddress server,
      UdpUpstreams upstreams,
      AnswerSockets.Sender answers,
      Executor loop) {
    this.current = current;
    this.client = client;
    this.server = server;
    this.upstreams = upstreams;
    this.answers = answers;
    this.loop = loop;
    this.snapshot = snapshot;
    this.endpoint = enforced.endpoint();
    this.peer = snapshot.peer(server.getAddress());
    this.policy = policy(enforced, server, peer);
  }

  /** Finds out who it is; null if no endpoint of this node has the address. */
  static @Nullable UdpClient of(
      CurrentPolicy current,
      InetSocketAddress client,
      InetSocketAddress server,
      UdpUpstreams upstreams,
      AnswerSockets.Sender answers,
      Executor loop) {
    PolicySnapshot snapshot = current.get();
    EndpointPolicy enforced = snapshot.endpoint(client.getAddress());
    return enforced == null
        ? null
        : new UdpClient(current, snapshot, enforced, client, server, upstreams, answers, loop);
  }

  private static PeerPolicy policy(EndpointPolicy enforced, InetSocketAddress server, Peer peer) {
    return enforced.peer(Direction.EGRESS, Protocol.UDP, server.getPort(), peer.identity());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // one volatile read and one comparison for each question
  public PeerPolicy policy() {
    PolicySnapshot now = current.get();
    if (now != snapshot) {
      snapshot = now;
      EndpointPolicy enforced = now.endpoint(client.getAddress());
      // The address may belong to another endpoint by now: its policy is not this client's.
      policy =
          enforced == null || enforced.endpoint().id() != endpoint.id()
              ? GONE
              : policy(enforced, server, now.peer(server.getAddress()));
    }
    return policy;
  }

  @Override
  public FlowEnds ends() {
    return this;
  }

  @Override
  public void answer(byte[] message) {
    answers.send(message, server, client);
  }

  @Override
  public void forward(Inquiry inquiry) {
    upstreams.forward(inquiry, client.getAddress(), server);
  }

  @Override
  public Executor loop() {
    return loop;
  }

  @Override
  public String id() {
    return "u" + id;
  }

  @Override
  public Direction direction() {
    return Direction.EGRESS;
  }

  @Override
  public Protocol carrier() {
    return Protocol.UDP;
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
    return client;
  }

  @Override
  public InetSocketAddress destination() {
    return server;
  }
}
