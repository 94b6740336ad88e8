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
final class UdpClient implements Asker {
  private static final AtomicLong LAST_ID = new AtomicLong();
  private static final PeerPolicy GONE =
      PeerPolicy.denied(Denial.because("the endpoint is no longer on this node"));

  private final CurrentPolicy current;
  private final Ends ends;
  private final UdpUpstreams upstreams;
  private final AnswerSockets.Sender answers;
  private final Executor loop;

  private PolicySnapshot snapshot;
  private PeerPolicy policy;

  private record Ends(
      String id,
      Direction direction,
      Protocol carrier,
      Endpoint endpoint,
      Peer peer,
      InetSocketAddress client,
      InetSocketAddress destination)
      implements FlowEnds {}

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
    this.upstreams = upstreams;
    this.answers = answers;
    this.loop = loop;
    this.snapshot = snapshot;
    Peer peer = snapshot.peer(server.getAddress());
    this.policy = policy(enforced, server, peer);
    this.ends =
        new Ends(
            "u" + LAST_ID.incrementAndGet(),
            Direction.EGRESS,
            Protocol.UDP,
            enforced.endpoint(),
            peer,
            client,
            server);
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
      EndpointPolicy enforced = now.endpoint(ends.client.getAddress());
      // The address may belong to another endpoint by now: its policy is not this client's.
      policy =
          enforced == null || enforced.endpoint().id() != ends.endpoint.id()
              ? GONE
              : policy(enforced, ends.destination, now.peer(ends.destination.getAddress()));
    }
    return policy;
  }

  @Override
  public FlowEnds ends() {
    return ends;
  }

  @Override
  public void answer(byte[] message) {
    answers.send(message, ends.destination, ends.client);
  }

  @Override
  public void forward(Inquiry inquiry) {
    upstreams.forward(inquiry, ends.client.getAddress(), ends.destination);
  }

  @Override
  public Executor loop() {
    return loop;
  }
}
