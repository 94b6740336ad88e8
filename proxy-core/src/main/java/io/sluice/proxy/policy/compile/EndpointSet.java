package io.sluice.proxy.policy.compile;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The endpoints in force, and how a new set of resources replaces them: each resource by itself,
 * unchanged ones as they are, a refused one with the endpoint's last good version.
 */
final class EndpointSet {
  private final EndpointCompiler compiler;
  private final LearnedIdentities learned;
  private Map<Long, Entry> entries = Map.of();

  EndpointSet(EndpointCompiler compiler, LearnedIdentities learned) {
    this.compiler = compiler;
    this.learned = learned;
  }

  /**
   * Replaces all; returns what was refused.
   *
   * @throws InvalidPolicyException if one has no number; then nothing changes
   */
  List<Rejection> replace(List<NetworkPolicy> resources) throws InvalidPolicyException {
    Map<Long, Entry> next = new TreeMap<>(Long::compareUnsigned);
    Set<InetAddress> taken = new HashSet<>();
    Map<NetworkPolicy, String> refused = new LinkedHashMap<>();
    for (NetworkPolicy resource : resources) {
      long id = resource.getEndpointId();
      if (id == 0) {
        throw new InvalidPolicyException("endpoint_id is 0, expected the endpoint's number");
      }
      try {
        if (next.containsKey(id)) {
          throw new InvalidPolicyException("endpoint_id is used by another resource too");
        }
        Entry before = entries.get(id);
        CompiledEndpoint compiled =
            before != null
                    && before.good
                    && before.learned == learned.version()
                    && before.source.equals(resource)
                ? before.compiled
                : compiler.compile(resource);
        claim(compiled.endpoint().addresses(), taken);
        next.put(id, new Entry(resource, compiled, true, learned.version()));
      } catch (InvalidPolicyException invalid) {
        refused.put(resource, invalid.getMessage());
      }
    }
    List<Rejection> rejections = new ArrayList<>();
    next.values().stream()
        .filter(entry -> !entry.compiled.shadowFault().isEmpty())
        .map(EndpointSet::unaudited)
        .forEach(rejections::add);
    refused.forEach((resource, reason) -> rejections.add(fallBack(resource, reason, next)));
    entries = next;
    return rejections;
  }

  /** Compiles anew what was compiled before the last change of learned identities. */
  void followLearned() {
    Map<Long, Entry> next = new TreeMap<>(Long::compareUnsigned);
    entries.forEach((id, entry) -> next.put(id, followLearned(entry)));
    entries = next;
  }

  private Entry followLearned(Entry entry) {
    if (!entry.good || entry.learned == learned.version()) {
      return entry;
    }
    try {
      return new Entry(entry.source, compiler.compile(entry.source), true, learned.version());
    } catch (InvalidPolicyException impossible) {
      throw new IllegalStateException("a good resource has become invalid", impossible);
    }
  }

  /** All endpoints, by number. */
  Collection<CompiledEndpoint> endpoints() {
    return entries.values().stream().map(entry -> entry.compiled).toList();
  }

  /** The endpoint of each address; a good resource goes before the fallback of a refused one. */
  Map<InetAddress, CompiledEndpoint> byAddress() {
    Map<InetAddress, CompiledEndpoint> byAddress = new HashMap<>();
    for (boolean good : new boolean[] {true, false}) {
      for (Entry entry : entries.values()) {
        if (entry.good == good) {
          entry
              .compiled
              .endpoint()
              .addresses()
              .forEach(address -> byAddress.putIfAbsent(address, entry.compiled));
        }
      }
    }
    return byAddress;
  }

  private Rejection fallBack(NetworkPolicy resource, String reason, Map<Long, Entry> next) {
    long id = resource.getEndpointId();
    Entry before = next.containsKey(id) ? next.get(id) : entries.get(id);
    if (before != null) {
      next.put(id, before);
    } else {
      // Not leaving the endpoint out: the kernel must still hand its traffic to a denial.
      next.put(
          id,
          new Entry(
              resource, CompiledEndpoint.denyingAll(readable(resource)), false, learned.version()));
    }
    return rejection(resource, reason, before != null && before.good);
  }

  private static Rejection unaudited(Entry entry) {
    return rejection(
        entry.source,
        "nothing is audited, what is enforced applies: " + entry.compiled.shadowFault(),
        true);
  }

  private static Rejection rejection(NetworkPolicy resource, String reason, boolean lastGood) {
    String about = resource.getEndpoint().getNamespace() + "/" + resource.getEndpoint().getName();
    return new Rejection(
        Long.toUnsignedString(resource.getEndpointId()),
        resource.hasEndpoint() ? about : "",
        reason,
        lastGood);
  }

  private static Endpoint readable(NetworkPolicy resource) {
    List<InetAddress> addresses = new ArrayList<>();
    for (String text : resource.getEndpointIpsList()) {
      try {
        addresses.add(AddressText.address(text));
      } catch (InvalidPolicyException invalid) {
        // It is why the resource was refused, and reported as such.
      }
    }
    return ResourceReader.describe(resource, addresses);
  }

  private static void claim(List<InetAddress> addresses, Set<InetAddress> taken)
      throws InvalidPolicyException {
    for (InetAddress address : addresses) {
      if (taken.contains(address)) {
        throw new InvalidPolicyException(
            "endpoint_ips has " + address.getHostAddress() + ", which another endpoint has too");
      }
    }
    taken.addAll(addresses);
  }

  /**
   * One endpoint.
   *
   * @param source what it was made from
   * @param good false where the source was refused and there was no version before it
   * @param learned the version of the learned identities that it was made with
   */
  private record Entry(
      NetworkPolicy source, CompiledEndpoint compiled, boolean good, int learned) {}
}
