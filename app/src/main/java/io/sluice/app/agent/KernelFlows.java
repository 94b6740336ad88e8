package io.sluice.app.agent;

import io.sluice.bpf.steer.JudgedPacket;
import io.sluice.bpf.steer.PolicyEntry;
import io.sluice.proxy.observe.PacketFlow;
import io.sluice.proxy.observe.PacketFlow.DropReason;
import io.sluice.proxy.observe.PacketFlow.Verdict;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Says of the kernel's verdicts what people want to know: names instead of numbers. */
final class KernelFlows {
  private static final Peer NOBODY = new Peer(ReservedIdentity.ANY, List.of(), "", "");

  private KernelFlows() {}

  /**
   * The flow of a verdict.
   *
   * @param endpoint the endpoint that the packet was judged for
   * @param rule the rule that decided
   * @param policy names the peer
   */
  static PacketFlow of(
      JudgedPacket packet, Endpoint endpoint, RuleOrigin rule, PolicySnapshot policy) {
    return new PacketFlow(
        ChronoUnit.NANOS.between(Instant.EPOCH, packet.time()),
        packet.egress() ? Direction.EGRESS : Direction.INGRESS,
        endpoint,
        peer(packet, policy),
        packet.protocol(),
        packet.source(),
        packet.sourcePort(),
        packet.destination(),
        packet.destinationPort(),
        packet.opens(),
        packet.reply(),
        verdict(packet),
        packet.passed() ? null : dropReason(packet),
        !packet.passed() && allowedWithoutAudit(packet, endpoint, policy),
        rule);
  }

  /** The kernel knows the enforced verdict on what it drops; the shadow's stands in the policy. */
  private static boolean allowedWithoutAudit(
      JudgedPacket packet, Endpoint endpoint, PolicySnapshot policy) {
    boolean byPolicy =
        packet.reason() == JudgedPacket.Reason.NOT_ALLOWED
            || packet.reason() == JudgedPacket.Reason.DENY_RULE;
    EndpointPolicy rules = policy.endpoint(endpoint.addresses().getFirst());
    if (!byPolicy || rules == null) {
      return false;
    }
    Protocol protocol = Protocol.of(packet.protocol());
    // The port of the side that did not open it; a type stands in the same place either way.
    int port =
        packet.reply() && !protocol.isIcmp() ? packet.sourcePort() : packet.destinationPort();
    Direction direction = packet.egress() ? Direction.EGRESS : Direction.INGRESS;
    return rules.peer(direction, protocol, port, packet.identity()).allowedWithoutAudit();
  }

  /** By the identity that decided: the address alone may be that of somebody else. */
  private static Peer peer(JudgedPacket packet, PolicySnapshot policy) {
    boolean remoteIsSource = packet.egress() == packet.reply();
    InetAddress remote = remoteIsSource ? packet.source() : packet.destination();
    if (packet.identity() == ReservedIdentity.ANY) {
      return remote.isAnyLocalAddress() ? NOBODY : policy.peer(remote);
    }
    Peer byAddress = policy.peer(remote);
    return byAddress.identity() == packet.identity()
        ? byAddress
        : new Peer(
            packet.identity(),
            policy.identities().getOrDefault(packet.identity(), List.of()),
            "",
            "");
  }

  private static Verdict verdict(JudgedPacket packet) {
    if (!packet.passed()) {
      return Verdict.DROPPED;
    }
    return packet.audited() ? Verdict.AUDIT : Verdict.FORWARDED;
  }

  private static DropReason dropReason(JudgedPacket packet) {
    return switch (packet.reason()) {
      case NOT_ALLOWED -> DropReason.POLICY_DENIED;
      case DENY_RULE -> DropReason.POLICY_DENY;
      case NO_PROXY ->
          packet.opens() && packet.protocol() == PolicyEntry.TCP
              ? DropReason.SOCKET_LOOKUP_FAILED
              : DropReason.PROXY_REDIRECTION_NOT_SUPPORTED_FOR_PROTOCOL;
      case NOT_PARSED -> DropReason.INVALID_PACKET_DROPPED;
      case SPOOFED -> DropReason.INVALID_SOURCE_IP;
      case FRAGMENT -> DropReason.FIRST_LOGICAL_DATAGRAM_FRAGMENT_NOT_FOUND;
    };
  }
}
