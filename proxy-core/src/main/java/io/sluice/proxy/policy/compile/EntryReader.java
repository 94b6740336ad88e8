package io.sluice.proxy.policy.compile;

import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.Remotes;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.v1.IpProtocol;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a resource's lists: what an entry asks for is either enforced as it says or
 * refused.
 */
final class EntryReader {
  private static final int LAST_ICMP_TYPE = 255;

  private final List<RuleCompiler> compilers;
  private final Shared<Remotes, Remotes> remotes = new Shared<>();

  private final LearnedIdentities learned;

  EntryReader(List<RuleCompiler> compilers, LearnedIdentities learned) {
    this.compilers = List.copyOf(compilers);
    this.learned = learned;
  }

  /** Which of a resource's lists an entry stands in. */
  enum Place {
    /** Cilium's: TCP, or every protocol. */
    CILIUM,
    /** Ours for the protocols that Cilium's can't say. */
    OTHER_PROTOCOLS,
    /** Ours for the shadow, of any protocol. */
    SHADOW
  }

  /** Reads one entry; null if it is one that Cilium skips too. */
  @Nullable PortRules read(PortNetworkPolicy entry, Place place) throws InvalidPolicyException {
    if (entry.getProtocol() == SocketAddress.Protocol.UNRECOGNIZED) {
      throw new InvalidPolicyException(
          "protocol is " + entry.getProtocolValue() + ", expected TCP or UDP");
    }
    Protocol protocol = protocol(entry, place);
    PortRules ports = ports(entry, protocol);
    boolean onePort = protocol != null && ports.first() == ports.last();
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < entry.getRulesCount(); i++) {
      try {
        rules.add(rule(entry.getRules(i), protocol, onePort));
      } catch (InvalidPolicyException invalid) {
        throw invalid.in("rules", i);
      }
    }
    boolean skipped = place == Place.CILIUM && entry.getProtocol() == SocketAddress.Protocol.UDP;
    return skipped
        ? null
        : new PortRules(
            protocol,
            ports.first(),
            ports.last(),
            rules.isEmpty() ? List.of(Rule.allowAll(onePort)) : List.copyOf(rules));
  }

  /** What an entry is about; null for every protocol. */
  private static @Nullable Protocol protocol(PortNetworkPolicy entry, Place place)
      throws InvalidPolicyException {
    IpProtocol named = entry.getIpProtocol();
    boolean fits =
        switch (named) {
          case IP_PROTOCOL_UNSPECIFIED -> place == Place.CILIUM;
          case IP_PROTOCOL_TCP ->
              place != Place.OTHER_PROTOCOLS && entry.getProtocol() == SocketAddress.Protocol.TCP;
          case IP_PROTOCOL_EVERY ->
              place != Place.OTHER_PROTOCOLS
                  && entry.getPort() == 0
                  && entry.getProtocol() == SocketAddress.Protocol.TCP;
          case IP_PROTOCOL_UDP, IP_PROTOCOL_SCTP, IP_PROTOCOL_ICMP, IP_PROTOCOL_ICMPV6 ->
              place != Place.CILIUM;
          case UNRECOGNIZED -> false;
        };
    if (!fits) {
      throw new InvalidPolicyException(
          "ip_protocol is "
              + (named == IpProtocol.UNRECOGNIZED ? entry.getIpProtocolValue() : named)
              + ", expected "
              + switch (place) {
                case CILIUM -> "none, TCP, or EVERY for port 0 of TCP";
                case OTHER_PROTOCOLS -> "UDP, SCTP, ICMP or ICMPV6";
                case SHADOW -> "TCP, UDP, SCTP, ICMP, ICMPV6, or EVERY for port 0";
              });
    }
    return switch (named) {
      case IP_PROTOCOL_EVERY -> null;
      case IP_PROTOCOL_UDP -> Protocol.UDP;
      case IP_PROTOCOL_SCTP -> Protocol.SCTP;
      case IP_PROTOCOL_ICMP -> Protocol.ICMP;
      case IP_PROTOCOL_ICMPV6 -> Protocol.ICMPV6;
      case IP_PROTOCOL_UNSPECIFIED, IP_PROTOCOL_TCP, UNRECOGNIZED -> Protocol.TCP;
    };
  }

  /** The entry's range, without rules yet. */
  private static PortRules ports(PortNetworkPolicy entry, @Nullable Protocol protocol)
      throws InvalidPolicyException {
    boolean types = protocol != null && protocol.isIcmp();
    int highest = types ? LAST_ICMP_TYPE : PortTable.LAST_PORT;
    int first = entry.getPort();
    int last = entry.getEndPort() == 0 ? first : entry.getEndPort();
    if (first < 0 || first > highest || last < first || last > highest) {
      throw new InvalidPolicyException(
          "port..end_port is "
              + Integer.toUnsignedString(first)
              + ".."
              + Integer.toUnsignedString(last)
              + ", expected an ascending range within 0.."
              + highest);
    }
    if (!types && first == 0) {
      if (last != 0) {
        throw new InvalidPolicyException("end_port is set, expected 0 beside port 0 (any port)");
      }
      last = PortTable.LAST_PORT;
    }
    return new PortRules(protocol, first, last, List.of());
  }

  private Rule rule(PortNetworkPolicyRule rule, @Nullable Protocol protocol, boolean onePort)
      throws InvalidPolicyException {
    refuse(rule.getPassPrecedence() != 0, "pass_precedence");
    refuse(rule.getProxyId() != 0, "proxy_id");
    refuse(rule.hasDownstreamTlsContext(), "downstream_tls_context");
    refuse(rule.hasUpstreamTlsContext(), "upstream_tls_context");
    refuse(!rule.getL7Proto().isEmpty(), "l7_proto");
    boolean l7 = rule.getL7Case() != PortNetworkPolicyRule.L7Case.L7_NOT_SET;
    boolean names = rule.getServerNamesCount() > 0;
    if (l7 && names) {
      throw new InvalidPolicyException(
          "server_names is set beside l7, expected one of them: TLS is not terminated here");
    }
    if (names && rule.getDeny()) {
      throw new InvalidPolicyException("server_names is set, expected none in a deny rule");
    }
    if (!rule.getRefusal().isEmpty() && !rule.getDeny()) {
      throw new InvalidPolicyException("refusal is set, expected it in a deny rule only");
    }
    return new Rule(
        rule.getPrecedence(),
        rule.getDeny(),
        rule.getRefusal(),
        remotes(rule),
        onePort,
        rule.getDeny() || !(l7 || names) ? null : compiler(rule, protocol),
        RuleOrigin.of(rule.getOrigin()),
        rule.toBuilder().clearRemotePolicies().clearPrecedence().build());
  }

  private Remotes remotes(PortNetworkPolicyRule rule) throws InvalidPolicyException {
    Remotes read = Remotes.of(rule.getRemotePoliciesList());
    if (!read.isAny() && read.include(ReservedIdentity.ANY)) {
      throw new InvalidPolicyException(
          "remote_policies contains 0, expected identities, or none for any peer");
    }
    Remotes all = learned.withLearned(read);
    Remotes same = remotes.get(all);
    if (same == null) {
      remotes.put(all, all);
      return all;
    }
    return same;
  }

  private static void refuse(boolean isSet, String field) throws InvalidPolicyException {
    if (isSet) {
      throw new InvalidPolicyException(field + " is set, expected none: it is not enforced here");
    }
  }

  private RuleCompiler compiler(PortNetworkPolicyRule rule, @Nullable Protocol protocol)
      throws InvalidPolicyException {
    String kind =
        rule.getServerNamesCount() > 0 ? "server_names" : "l7 of kind " + rule.getL7Case();
    for (RuleCompiler compiler : compilers) {
      if (compiler.compiles(rule)) {
        if (protocol == null || !compiler.isOver(protocol)) {
          throw new InvalidPolicyException(
              kind
                  + " is set for "
                  + (protocol == null ? "every protocol" : protocol)
                  + ", which can't carry it");
        }
        return compiler;
      }
    }
    throw new InvalidPolicyException(
        kind
            + " is set, expected rules of "
            + compilers.stream().map(RuleCompiler::protocol).toList());
  }
}
