package io.sluice.app.naive;

import io.sluice.app.naive.Item.Ports;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all items together say of one selector on one range of ports.
 *
 * @param ports null for all protocols and ports
 * @param kind of the L7 rules: http, kafka, dns, grpc, tls (server names only) or ""
 * @param everything whether any request is allowed, though the proxy sees it
 */
record Filter(
    Selection peers,
    @Nullable Ports ports,
    boolean deny,
    String kind,
    List<Object> rules,
    boolean everything,
    List<Object> serverNames) {

  /** Rules that can't be enforced together. */
  static final class Conflict extends Exception {
    private static final long serialVersionUID = 1;

    Conflict(String message) {
      super(message);
    }
  }

  /** Lets everybody do everything, without the proxy. */
  static Filter open() {
    return new Filter(new Selection.Any(), null, false, "", List.of(), false, List.of());
  }

  /** All filters that the items of one direction make. */
  static List<Filter> of(List<Item> items) throws Conflict {
    Map<String, List<Filter>> alike = new LinkedHashMap<>();
    for (Item item : items) {
      for (Selection peers : item.peers()) {
        for (Filter filter : single(item, peers)) {
          Ports ports = filter.ports;
          String key = peers.text() + " " + (ports == null ? "all" : ports.key());
          alike.computeIfAbsent(key, k -> new ArrayList<>()).add(filter);
        }
      }
    }
    List<Filter> filters = new ArrayList<>();
    for (List<Filter> group : alike.values()) {
      filters.add(merge(group));
    }
    return filters;
  }

  private static List<Filter> single(Item item, Selection peers) {
    if (item.ports() == null) {
      return List.of(new Filter(peers, null, item.deny(), "", List.of(), false, List.of()));
    }
    return item.ports().stream()
        .map(
            ports ->
                new Filter(
                    peers,
                    ports,
                    item.deny(),
                    ports.kind(),
                    ports.rules(),
                    false,
                    ports.serverNames()))
        .toList();
  }

  /** A deny replaces the rest; a rule without L7 part opens L7, but not the server names. */
  private static Filter merge(List<Filter> group) throws Conflict {
    Filter first = group.getFirst();
    if (group.stream().anyMatch(Filter::deny)) {
      return new Filter(first.peers, first.ports, true, "", List.of(), false, List.of());
    }
    Set<String> kinds =
        group.stream()
            .map(Filter::kind)
            .filter(kind -> !kind.isEmpty())
            .collect(Collectors.toSet());
    if (kinds.size() > 1) {
      throw new Conflict(first.peers.text() + " " + first.ports + ": " + kinds);
    }
    return new Filter(
        first.peers,
        first.ports,
        false,
        kinds.stream().findFirst().orElse(""),
        all(group.stream().map(Filter::rules).toList()),
        !kinds.isEmpty() && group.stream().anyMatch(filter -> filter.rules.isEmpty()),
        all(group.stream().map(Filter::serverNames).toList()));
  }

  private static List<Object> all(Collection<List<Object>> lists) {
    return lists.stream().flatMap(List::stream).toList();
  }

  /** The same, but any request is allowed. */
  Filter opened() {
    return new Filter(peers, ports, deny, kind, rules, !kind.isEmpty(), serverNames);
  }

  /** The same ports opened for the local node. */
  Filter forHost() {
    return new Filter(Selections.HOST, ports, false, "", List.of(), false, List.of());
  }

  boolean samePorts(Filter other) {
    return ports != null && other.ports != null && ports.key().equals(other.ports.key());
  }

  /** Whether it allows without asking anything at L7. */
  boolean plain() {
    return !deny && (kind.isEmpty() || (everything && serverNames.isEmpty()));
  }

  /** Whether it speaks of one port, by number or name, and not of a range or of all. */
  boolean exact() {
    return ports != null && ports.first() == ports.last() && ports.first() != 0;
  }
}
