package io.sluice.app.agent;

import io.sluice.dns.learn.LearnedAddress;
import io.sluice.dns.learn.LearnedName;
import io.sluice.dns.match.NumberedPatterns;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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
   * @param addresses oldest first
   */
  record Name(String endpoint, String name, List<String> selectors, List<Address> addresses) {}

  /**
   * An address of a name.
   *
   * @param until when its time ends; later if a connection lives
   * @param identity who it is
   * @param policies whose rules name it in the endpoint's policy, {@code namespace/name}
   */
  record Address(String address, String until, long identity, List<String> policies) {}

  static NamesPage of(List<LearnedName> names, PolicySnapshot policy) {
    Map<String, Map<Integer, Set<String>>> naming = new HashMap<>();
    for (EndpointPolicy endpoint : policy.endpoints()) {
      naming.put(
          endpoint.endpoint().namespace() + "/" + endpoint.endpoint().name(), naming(endpoint));
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
