package io.sluice.dns;

import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.DnsNetworkPolicyRules;
import io.sluice.cilium.DnsNetworkPolicyRules.Reject;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.dns.listen.BoundUdp;
import io.sluice.dns.listen.PlainUdp;
import io.sluice.dns.listen.UdpFront;
import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.dns.relay.DnsCounters;
import io.sluice.dns.relay.DnsRelay;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.dns.relay.UdpSockets;
import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.pipeline.Proxy;
import io.sluice.proxy.pipeline.ProxyConfig;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Limits;
import io.sluice.v1.EndpointInfo;
import io.sluice.v1.Enforcement;
import io.sluice.v1.IpProtocol;
import io.sluice.v1.RuleOrigin;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A whole DNS proxy on loopback before one server: 127.0.0.1 is the pod {@code prod/app}, which may
 * ask for what the patterns match.
 */
public final class DnsLab implements AutoCloseable {
  private final List<Flow> flows = new CopyOnWriteArrayList<>();
  private final DnsCounters counters = new DnsCounters();
  private final CurrentPolicy policy = new CurrentPolicy(PolicyCompiler.EMPTY);
  private final PolicyCompiler compiler = new PolicyCompiler(List.of(new DnsRuleCompiler()));
  private final int port;
  private final UdpFront udp;
  private final Proxy tcp;
  private final InetSocketAddress udpAddress;
  private final InetSocketAddress tcpAddress;

  public DnsLab(NameServer server, RelaySettings settings, Learner learner, String... patterns)
      throws Exception {
    this(server, new PlainUdp(server.address()), settings, learner, patterns);
  }

  /** One whose sockets for datagrams are not the ordinary ones. */
  DnsLab(
      NameServer server,
      UdpSockets sockets,
      RelaySettings settings,
      Learner learner,
      String... patterns)
      throws Exception {
    port = server.address().getPort();
    allow(patterns);
    DnsRelay relay = new DnsRelay(settings, learner, flows::add, counters);
    udp = new UdpFront(sockets, policy, relay);
    BoundUdp bound = udp.bind(new InetSocketAddress("127.0.0.1", 0));
    udpAddress = bound.address();
    tcp =
        new Proxy(
            ProxyConfig.local(
                Limits.DEFAULTS, (remote, local, listener) -> new Origin(remote, server.address())),
            policy,
            List.of(new DnsFilter(relay)),
            flows::add);
    tcpAddress =
        tcp.bind().stream()
            .filter(listener -> listener.direction() == Direction.EGRESS)
            .filter(listener -> listener.family() == StandardProtocolFamily.INET)
            .map(Listener::address)
            .findFirst()
            .orElseThrow();
  }

  /** Replaces what may be asked for. */
  public void allow(String... patterns) throws Exception {
    allow(Reject.CONFIGURED, patterns);
  }

  /** The same, and how all else is refused. */
  public void allow(Reject reject, String... patterns) throws Exception {
    DnsNetworkPolicyRules.Builder rules = DnsNetworkPolicyRules.newBuilder().setReject(reject);
    for (int i = 0; i < patterns.length; i++) {
      rules.addDnsRules(
          DnsNetworkPolicyRule.newBuilder()
              .setMatchPattern(patterns[i])
              .setOrigin(
                  RuleOrigin.newBuilder()
                      .setKind("CiliumNetworkPolicy")
                      .setNamespace("prod")
                      .setName("names")
                      .setRule("spec.egress[0].toPorts[0].rules.dns[" + i + "]")));
    }
    PortNetworkPolicy.Builder entry =
        PortNetworkPolicy.newBuilder()
            .setPort(port)
            .addRules(PortNetworkPolicyRule.newBuilder().setDnsRules(rules));
    NetworkPolicy.Builder resource =
        NetworkPolicy.newBuilder()
            .setEndpointId(7)
            .addEndpointIps("127.0.0.1")
            .setEndpoint(
                EndpointInfo.newBuilder()
                    .setNamespace("prod")
                    .setName("app")
                    .setIngress(Enforcement.ENFORCEMENT_ENFORCING)
                    .setEgress(Enforcement.ENFORCEMENT_ENFORCING));
    if (patterns.length > 0) {
      resource
          .addEgressPerPortPolicies(entry)
          .addEgressOtherProtocols(entry.clone().setIpProtocol(IpProtocol.IP_PROTOCOL_UDP));
    }
    if (!compiler.replacePolicies(List.of(resource.build())).isEmpty()) {
      throw new IllegalStateException("the test's policy is refused");
    }
    policy.swap(compiler.snapshot());
  }

  /** Where clients send datagrams. */
  public InetSocketAddress udp() {
    return udpAddress;
  }

  /** Where clients connect. */
  public InetSocketAddress tcp() {
    return tcpAddress;
  }

  /** As when another agent has taken over. */
  public void finish() {
    tcp.finish();
  }

  public List<Flow> flows() {
    return flows;
  }

  public DnsCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    udp.close();
    tcp.close();
  }
}
