package io.sluice.app.agent;

import io.sluice.dns.learn.LearnedAddress;
import io.sluice.dns.learn.LearnedName;
import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.dns.match.NumberedPatterns;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.rule.RefusedAs;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The admin page {@code /fqdn}: what was learned of names.
 *
 * @param policyVersion of the snapshot that it was read with
 * @param names by endpoint, the last learned last
 */
record NamesPage(long policyVersion, List<Name> names) {

  /**
   * A name that an endpoint has asked for.
   *
   * @param endpoint {@code namespace/name}
   * @param name with its final dot
   * @param selectors the FQDN selectors that it satisfies
   * @param refusedAs the code by which the endpoint is refused what its DNS rules do not allow,
   *     {@code REFUSED} or {@code NXDOMAIN}; both if servers differ, none without such rules
   * @param addresses oldest first
   */
  record Name(
      String endpoint,
      String name,
      List<String> selectors,
      List<String> refusedAs,
      List<Address> addresses) {}

  /**
   * An address of a name.
   *
   * @param until when its time ends; later if a connection lives
   * @param identity who it is
   * @param policies whose rules name it in the endpoint's policy, {@code namespace/name}
   */
  record Address(String address, String until, long identity, List<String> policies) {}

  /**
   * Makes one.
   *
   * @param nameError whether what no policy has a word for is refused by NXDOMAIN
   */
  static NamesPage of(List<LearnedName> names, PolicySnapshot policy, boolean nameError) {
    Map<String, Map<Integer, Set<String>>> naming = new HashMap<>();
    Map<String, List<String>> refusing = new HashMap<>();
    for (EndpointPolicy endpoint : policy.endpoints()) {
      String name = endpoint.endpoint().namespace() + "/" + endpoint.endpoint().name();
      naming.put(name, naming(endpoint));
      refusing.put(name, refusing(endpoint, nameError));
    }
    Map<Integer, String> texts = new HashMap<>();
    policy.selectors().forEach(one -> texts.put(one.identity(), one.pattern()));
    NumberedPatterns selectors = NumberedPatterns.ofValid(texts);
    List<Name> page = new ArrayList<>(names.size());
    for (LearnedName known : names) {
      Map<Integer, Set<String>> policies = naming.getOrDefault(known.endpoint(), Map.of());
      page.add(
          new Name(
              known.endpoint(),
              known.name().toString(),
              selectors.of(Set.of(known.name())).stream().map(texts::get).sorted().toList(),
              refusing.getOrDefault(known.endpoint(), List.of()),
              known.addresses().stream().map(one -> address(one, policy, policies)).toList()));
    }
    return new NamesPage(policy.version(), page);
  }

  private static Address address(
      LearnedAddress one, PolicySnapshot policy, Map<Integer, Set<String>> policies) {
    InetAddress address = one.address();
    Peer peer = policy.peer(address);
    return new Address(
        address.getHostAddress(),
        Instant.ofEpochMilli(one.dueMillis()).toString(),
        Integer.toUnsignedLong(peer.identity()),
        List.copyOf(policies.getOrDefault(peer.identity(), Set.of())));
  }

  /** The codes by which the endpoint is refused names, of all servers that DNS rules are about. */
  private static List<String> refusing(EndpointPolicy endpoint, boolean nameError) {
    Set<String> codes = new TreeSet<>();
    for (PortVerdict port : endpoint.ports(Direction.EGRESS)) {
      if (port.inspectedBy().equals(DnsRuleCompiler.PROTOCOL)) {
        IntStream servers = port.peers().isAny() ? IntStream.of(0) : port.peers().identities();
        servers
            .mapToObj(
                server ->
                    endpoint.peer(Direction.EGRESS, port.protocol(), port.firstPort(), server))
            .map(peer -> code(peer.refusedAs(), nameError))
            .forEach(codes::add);
      }
    }
    return List.copyOf(codes);
  }

  private static String code(RefusedAs refusedAs, boolean nameError) {
    return switch (refusedAs) {
      case FORBIDDEN -> "REFUSED";
      case ABSENT -> "NXDOMAIN";
      case CONFIGURED -> nameError ? "NXDOMAIN" : "REFUSED";
    };
  }

  /** The policies of the endpoint's rules, by the identities that they name. */
  private static Map<Integer, Set<String>> naming(EndpointPolicy endpoint) {
    Map<Integer, Set<String>> naming = new HashMap<>();
    for (PortVerdict port : endpoint.ports(Direction.EGRESS)) {
      if (!port.rule().equals(RuleOrigin.NONE)) {
        port.peers()
            .identities()
            .forEach(
                identity ->
                    naming
                        .computeIfAbsent(identity, _ -> new TreeSet<>())
                        .add(port.rule().policy()));
      }
    }
    return naming;
  }
}
