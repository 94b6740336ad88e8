package io.sluice.dns.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.DnsNetworkPolicyRules;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.cilium.ShadowPolicy;
import io.sluice.dns.NameServer;
import io.sluice.dns.UdpAsker;
import io.sluice.dns.listen.PlainUdp;
import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.spi.FlowEnds;
import io.sluice.v1.EndpointInfo;
import io.sluice.v1.Enforcement;
import io.sluice.v1.IpProtocol;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who keeps a tunnel where there are not enough for all. */
@Timeout(60)
class UdpTunnelsIT {
  private static final int MOST = 8;
  private static final String LOUD = "127.0.0.1";
  private static final String QUIET = "127.0.0.2";

  private final PolicyCompiler compiler = new PolicyCompiler(List.of(new DnsRuleCompiler()));

  @Test
  void whoOpensManyTakesNoneFromWhoHasFew() throws Exception {
    assertThat(compiler.replacePolicies(List.of(audited(7, LOUD), audited(8, QUIET)))).isEmpty();
    RelaySettings few =
        new RelaySettings(
            false,
            false,
            false,
            RelaySettings.DEFAULTS.tryTimeout(),
            RelaySettings.DEFAULTS.deadline(),
            100,
            100,
            MOST);
    DnsRelay relay = new DnsRelay(few, Learner.NONE, flow -> {}, new DnsCounters());
    try (EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        NameServer server = NameServer.giving();
        // While its own port is taken, a client's sockets are told apart by theirs.
        DatagramSocket quietOne = new DatagramSocket(new InetSocketAddress(QUIET, 0));
        DatagramSocket loudOne = new DatagramSocket(new InetSocketAddress(LOUD, 0))) {
      InetSocketAddress quiet = (InetSocketAddress) quietOne.getLocalSocketAddress();
      InetSocketAddress loud = (InetSocketAddress) loudOne.getLocalSocketAddress();
      EventLoop loop = loops.next();
      UdpTunnels tunnels = new UdpTunnels(loop, new PlainUdp(server.address()), relay);
      byte[] query = UdpAsker.query(1, "a.io.");

      int first = port(server, loop, tunnels, client(quiet, server), query);
      for (int port = 2_000; port < 2_000 + 5 * MOST; port++) {
        InetSocketAddress another = new InetSocketAddress(LOUD, port);
        port(server, loop, tunnels, client(another, server), query);
      }
      assertThat(port(server, loop, tunnels, client(quiet, server), query))
          .as("the same socket as before")
          .isEqualTo(first);
      int last = port(server, loop, tunnels, client(loud, server), query);
      assertThat(port(server, loop, tunnels, client(loud, server), query))
          .as("the newest of many")
          .isEqualTo(last);
      for (int port = 3_000; port < 3_000 + MOST; port++) {
        InetSocketAddress another = new InetSocketAddress(LOUD, port);
        port(server, loop, tunnels, client(another, server), query);
      }
      assertThat(port(server, loop, tunnels, client(loud, server), query))
          .as("another socket")
          .isNotEqualTo(last);
      loop.submit(tunnels::close).sync();
    }
  }

  /** Sends a query on, and returns the port that the server sees. */
  private static int port(
      NameServer server, EventLoop loop, UdpTunnels tunnels, Client client, byte[] query)
      throws Exception {
    int before = server.askers().size();
    loop.submit(
            () ->
                tunnels.forward(
                    query,
                    client,
                    Objects.requireNonNull(client.policy().connection().permit(), "permit")))
        .sync();
    await().pollInterval(Duration.ofMillis(2)).until(() -> server.askers().size() > before);
    return server.askers().getLast().getPort();
  }

  private Client client(InetSocketAddress from, NameServer server) {
    EndpointPolicy endpoint =
        Objects.requireNonNull(compiler.snapshot().endpoint(from.getAddress()), "endpoint");
    Peer peer = compiler.snapshot().peer(server.address().getAddress());
    PeerPolicy policy =
        endpoint.peer(Direction.EGRESS, Protocol.UDP, server.address().getPort(), peer.identity());
    assertThat(policy.auditOnly()).isTrue();
    return new Client(new Ends(endpoint.endpoint(), peer, from, server.address()), policy);
  }

  private static NetworkPolicy audited(int number, String address) {
    return NetworkPolicy.newBuilder()
        .setEndpointId(number)
        .addEndpointIps(address)
        .setEndpoint(
            EndpointInfo.newBuilder()
                .setNamespace("prod")
                .setName("app" + number)
                .setEgress(Enforcement.ENFORCEMENT_AUDIT))
        .addEgressPerPortPolicies(
            PortNetworkPolicy.newBuilder().setIpProtocol(IpProtocol.IP_PROTOCOL_EVERY))
        .setEgressShadow(
            ShadowPolicy.newBuilder()
                .addPerPortPolicies(
                    PortNetworkPolicy.newBuilder()
                        .setIpProtocol(IpProtocol.IP_PROTOCOL_UDP)
                        .addRules(
                            PortNetworkPolicyRule.newBuilder()
                                .setDnsRules(
                                    DnsNetworkPolicyRules.newBuilder()
                                        .addDnsRules(
                                            DnsNetworkPolicyRule.newBuilder()
                                                .setMatchPattern("*"))))))
        .build();
  }

  private record Ends(
      Endpoint endpoint, Peer peer, InetSocketAddress client, InetSocketAddress destination)
      implements FlowEnds {
    @Override
    public String id() {
      return "u1";
    }

    @Override
    public Direction direction() {
      return Direction.EGRESS;
    }

    @Override
    public Protocol carrier() {
      return Protocol.UDP;
    }
  }

  private record Client(Ends ends, PeerPolicy policy) implements Asker {
    @Override
    public void answer(byte[] message) {}

    @Override
    public void forward(Inquiry inquiry) {
      throw new UnsupportedOperationException("what is only watched is not relayed");
    }

    @Override
    public Executor loop() {
      return Runnable::run;
    }
  }
}
