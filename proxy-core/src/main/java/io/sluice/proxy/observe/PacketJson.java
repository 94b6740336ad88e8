package io.sluice.proxy.observe;

import io.sluice.proxy.observe.PacketFlow.DropReason;
import io.sluice.proxy.observe.PacketFlow.Verdict;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.rule.RuleOrigin;

/** Writes what Hubble's JSON says of a packet, below the flow that it is part of. */
final class PacketJson {
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMPV6 = 58;
  private static final int SCTP = 132;

  /** A record stays short, however many policies select an endpoint. */
  private static final int MAX_POLICIES = 16;

  // Hubble's kinds of event.
  private static final String DROP_EVENT = ",\"event_type\":{\"type\":1,\"sub_type\":";
  private static final String VERDICT_EVENT = ",\"event_type\":{\"type\":5}";

  private PacketJson() {}

  /** The members {@code verdict} and why. */
  static void verdict(JsonBytes out, PacketFlow packet) {
    out.raw(",\"verdict\":\"").raw(packet.verdict().name()).raw("\"");
    DropReason why = packet.dropReason();
    if (why != null) {
      out.raw(",\"drop_reason\":").number(why.number());
      out.raw(",\"drop_reason_desc\":\"").raw(why.name()).raw("\"");
    }
  }

  /** The members {@code IP} and {@code l4}, as far as they are known. */
  static void headers(JsonBytes out, PacketFlow packet) {
    if (packet.protocol() == 0
        && packet.source().isAnyLocalAddress()
        && packet.destination().isAnyLocalAddress()) {
      return;
    }
    Ends.addresses(out, packet.source(), packet.destination());
    switch (packet.protocol()) {
      case TCP -> ports(out, "TCP", packet);
      case UDP -> ports(out, "UDP", packet);
      case SCTP -> ports(out, "SCTP", packet);
      case ICMP -> type(out, "ICMPv4", packet);
      case ICMPV6 -> type(out, "ICMPv6", packet);
      default -> {
        // Hubble has no member for other protocols.
      }
    }
  }

  /** The members {@code event_type} and {@code Summary}. */
  static void event(JsonBytes out, PacketFlow packet) {
    DropReason why = packet.dropReason();
    if (why == null) {
      out.raw(VERDICT_EVENT);
    } else {
      out.raw(DROP_EVENT).number(why.number()).raw("}");
    }
    out.raw(",\"Summary\":\"").raw(summary(packet)).raw("\"");
  }

  /** The member that names the policy; Hubble has one where a rule decided, and none elsewhere. */
  static void policy(JsonBytes out, PacketFlow packet, Origins origins) {
    boolean allowed = packet.verdict() == Verdict.FORWARDED;
    boolean refused =
        packet.verdict() == Verdict.AUDIT || packet.dropReason() == DropReason.POLICY_DENY;
    if (packet.rule().equals(RuleOrigin.NONE) || !(allowed || refused)) {
      return;
    }
    out.raw(packet.direction() == Direction.INGRESS ? ",\"ingress_" : ",\"egress_");
    out.raw(allowed ? "allowed_by\":[" : "denied_by\":[");
    out.raw(origins.of(packet.rule()).policy()).raw("]");
  }

  /** Where no rule decided: the policies that select the endpoint, of which none allows it. */
  static void selecting(JsonBytes out, PacketFlow packet) {
    boolean refused =
        packet.verdict() == Verdict.AUDIT || packet.dropReason() == DropReason.POLICY_DENIED;
    if (!refused || !packet.rule().equals(RuleOrigin.NONE)) {
      return;
    }
    out.raw(",\"policies\":[");
    String comma = "";
    for (String policy : packet.endpoint().policies().stream().limit(MAX_POLICIES).toList()) {
      out.raw(comma).string(policy, 2 * Ends.MAX_NAME);
      comma = ",";
    }
    out.raw("]");
  }

  /** Why it was decided so, in a sentence; empty where it was allowed. */
  static String reason(PacketFlow packet) {
    DropReason why = packet.dropReason();
    if (why != null) {
      return packet.allowedWithoutAudit()
          ? why.explanation() + "; without audit it would be allowed"
          : why.explanation();
    }
    if (packet.verdict() != Verdict.AUDIT) {
      return "";
    }
    DropReason without =
        packet.rule().equals(RuleOrigin.NONE) ? DropReason.POLICY_DENIED : DropReason.POLICY_DENY;
    return "without audit it would be refused: " + without.explanation();
  }

  private static void ports(JsonBytes out, String protocol, PacketFlow packet) {
    out.raw(",\"l4\":{\"").raw(protocol).raw("\":{\"source_port\":").number(packet.sourcePort());
    out.raw(",\"destination_port\":").number(packet.destinationPort());
    out.raw(packet.protocol() == TCP && packet.opens() ? ",\"flags\":{\"SYN\":true}}}" : "}}");
  }

  private static void type(JsonBytes out, String protocol, PacketFlow packet) {
    out.raw(",\"l4\":{\"").raw(protocol).raw("\":{\"type\":").number(packet.destinationPort());
    out.raw("}}");
  }

  private static String summary(PacketFlow packet) {
    return switch (packet.protocol()) {
      case TCP -> packet.opens() ? "TCP Flags: SYN" : "TCP";
      case UDP -> "UDP";
      case SCTP -> "SCTP";
      case ICMP -> "ICMPv4";
      case ICMPV6 -> "ICMPv6";
      default -> "";
    };
  }
}
