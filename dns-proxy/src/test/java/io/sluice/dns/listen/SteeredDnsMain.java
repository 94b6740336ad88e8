package io.sluice.dns.listen;

import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.DnsNetworkPolicyRules;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.dns.relay.DnsCounters;
import io.sluice.dns.relay.DnsRelay;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.spi.SteeringSockets;
import io.sluice.v1.IpProtocol;
import java.net.InetSocketAddress;
import java.util.List;

/** Steered UDP as a process of its own, so that it can run inside a network namespace. */
final class SteeredDnsMain {
  private SteeredDnsMain() {}

  /**
   * Runs until its input ends.
   *
   * @param args the addresses of the one endpoint
   */
  public static void main(String[] args) throws Exception {
    PolicyCompiler compiler = new PolicyCompiler(List.of(new DnsRuleCompiler()));
    DnsNetworkPolicyRules rules =
        DnsNetworkPolicyRules.newBuilder()
            .addDnsRules(DnsNetworkPolicyRule.newBuilder().setMatchPattern("*.example.com"))
            .build();
    compiler.replacePolicies(
        List.of(
            NetworkPolicy.newBuilder()
                .setEndpointId(1)
                .addAllEndpointIps(List.of(args))
                .addEgressOtherProtocols(
                    PortNetworkPolicy.newBuilder()
                        .setIpProtocol(IpProtocol.IP_PROTOCOL_UDP)
                        .setPort(53)
                        .addRules(PortNetworkPolicyRule.newBuilder().setDnsRules(rules)))
                .build()));
    DnsRelay relay =
        new DnsRelay(RelaySettings.DEFAULTS, Learner.NONE, flow -> {}, new DnsCounters());
    try (UdpFront front =
        new UdpFront(
            new SteeredUdp(SteeringSockets.STEERED),
            new CurrentPolicy(compiler.snapshot()),
            relay)) {
      for (String loopback : List.of("127.0.0.1", "::1")) {
        System.out.println(front.bind(new InetSocketAddress(loopback, 0)).address().getPort());
      }
      while (System.in.read() >= 0) {
        // Nothing is told to it but the end.
      }
    }
  }
}
