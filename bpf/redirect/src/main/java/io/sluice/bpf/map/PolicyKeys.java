package io.sluice.bpf.map;

import io.sluice.bpf.map.PortRanges.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects entries and turns them into keys of which the first hit decides: the peer's own before
 * any peer's, the longest prefix of each.
 *
 * <p>So the precedence of deny over steer over allow is settled here. What any peer may (not) do is
 * repeated for a peer exactly where that has entries of its own, because those hide the others.
 */
public final class PolicyKeys {
  private static final int ANY = 0;

  /** By endpoint and direction, then identity, then protocol. */
  private final Map<Side, Map<Integer, Map<Integer, List<Range>>>> sides = new HashMap<>();

  private record Side(int endpoint, boolean egress) {}

  /** Adds a range of ports, inclusive; {@code identity} and {@code protocol} 0 stand for any. */
  public void add(
      int endpoint,
      boolean egress,
      int identity,
      int protocol,
      int firstPort,
      int lastPort,
      PolicyValue value) {
    sides
        .computeIfAbsent(new Side(endpoint, egress), _ -> new HashMap<>())
        .computeIfAbsent(identity, _ -> new HashMap<>())
        .computeIfAbsent(protocol, _ -> new ArrayList<>())
        .add(new Range(firstPort, lastPort, value, true, protocol == ANY));
  }

  /** All keys; of one peer, none says what a shorter prefix says already. */
  public Map<PolicyKey, PolicyValue> keys() {
    Map<PolicyKey, PolicyValue> keys = new HashMap<>();
    sides.forEach(
        (side, identities) -> {
          Map<Integer, List<Range>> others = ofOthers(identities.getOrDefault(ANY, Map.of()));
          identities.forEach(
              (identity, own) ->
                  settle(side, identity, own, identity == ANY ? Map.of() : others, keys));
        });
    return keys;
  }

  private static Map<Integer, List<Range>> ofOthers(Map<Integer, List<Range>> ofAny) {
    Map<Integer, List<Range>> others = new HashMap<>();
    ofAny.forEach(
        (protocol, ranges) ->
            others.put(
                protocol,
                ranges.stream()
                    .map(r -> new Range(r.first(), r.last(), r.value(), false, r.anyProtocol()))
                    .toList()));
    return others;
  }

  private static void settle(
      Side side,
      int identity,
      Map<Integer, List<Range>> own,
      Map<Integer, List<Range>> others,
      Map<PolicyKey, PolicyValue> keys) {
    Set<Integer> protocols = new HashSet<>(own.keySet());
    PolicyValue fallback = null;
    if (own.containsKey(ANY)) {
      // Its key hides those of any peer for every protocol.
      protocols.addAll(others.keySet());
      fallback = PortRanges.strongest(ranges(own, others, ANY));
    }
    protocols.remove(ANY);
    if (fallback != null) {
      keys.put(new PolicyKey(side.endpoint, side.egress, identity, ANY, 0, 0), fallback);
    }
    for (int protocol : protocols) {
      settle(side, identity, protocol, own, others, fallback, keys);
    }
  }

  private static void settle(
      Side side,
      int identity,
      int protocol,
      Map<Integer, List<Range>> own,
      Map<Integer, List<Range>> others,
      @Nullable PolicyValue fallback,
      Map<PolicyKey, PolicyValue> keys) {
    List<Range> all = new ArrayList<>(ranges(own, others, protocol));
    all.addAll(ranges(own, others, ANY));
    PortRanges.settle(
        all,
        fallback,
        (port, bits, value) ->
            keys.put(
                new PolicyKey(side.endpoint, side.egress, identity, protocol, port, bits), value));
  }

  private static List<Range> ranges(
      Map<Integer, List<Range>> own, Map<Integer, List<Range>> others, int protocol) {
    return Stream.of(own, others)
        .flatMap(of -> of.getOrDefault(protocol, List.of()).stream())
        .toList();
  }
}
