package io.sluice.xds.resolve;

import io.sluice.net.Cidr;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Policy.Protocol;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges peers by rules as the policy language states it: a denial wins, then any allowing rule.
 */
final class PeerJudge {
  private final Resolver resolver;

  PeerJudge(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * How a direction judges a peer: {@code open} (not enforced), {@code none} (nothing allows),
   * {@code deny}, {@code allow}, or {@code read} (what it says decides).
   *
   * @param peer {@code namespace/name}, an address, or the name of a reserved label
   * @param port {@code NUMBER/PROTOCOL}; {@code OTHER} for a protocol without ports
   */
  String judge(@Nullable List<Rule> rules, String peer, String port) {
    if (rules == null) {
      return "open";
    }
    int identity = identity(peer);
    List<Rule> applying =
        rules.stream()
            .filter(rule -> rule.peers().contains(identity) && covers(rule.traffic(), port))
            .toList();
    if (applying.stream().anyMatch(Rule::deny)) {
      return "deny";
    }
    if (applying.isEmpty()) {
      return "none";
    }
    return applying.stream().anyMatch(Rule::plain) ? "allow" : "read";
  }

  private static boolean covers(Traffic traffic, String port) {
    if (traffic.protocol() == null) {
      return true;
    }
    if (port.equals("OTHER")) {
      return false;
    }
    String[] parts = port.split("/");
    int number = Integer.parseInt(parts[0]);
    Protocol protocol = Protocol.valueOf(parts[1]);
    return traffic.meets(new Traffic(protocol, number, number));
  }

  /** The number of whoever is meant. */
  int identity(String peer) {
    if (peer.indexOf('/') >= 0) {
      String[] parts = peer.split("/");
      return resolver.identities().of(new Pod.Key(parts[0], parts[1])).number();
    }
    if (Character.isDigit(peer.charAt(0))) {
      return ofAddress(InetAddress.ofLiteral(peer));
    }
    return resolver.identities().all().stream()
        .filter(identity -> identity.labels().texts().equals(List.of("reserved:" + peer)))
        .findFirst()
        .orElseThrow()
        .number();
  }

  private int ofAddress(InetAddress address) {
    Map<Cidr, Integer> containing = new HashMap<>();
    for (Identity identity : resolver.identities().all()) {
      for (Identity.Host host : identity.hosts()) {
        if (host.range().contains(new Cidr(address, address.getAddress().length * 8))) {
          containing.put(host.range(), identity.number());
        }
      }
    }
    return containing.entrySet().stream()
        .max(Comparator.comparing(entry -> entry.getKey().length()))
        .map(Map.Entry::getValue)
        .orElseGet(() -> identity("world"));
  }
}
