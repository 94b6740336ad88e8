package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.EndpointValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What interfaces are linked to: a master, as a bridge, that takes what comes in before the node
 * routes it; and the namespace that their other end is in. It looks when an interface is new,
 * because asking costs a process. Not thread-safe.
 */
public final class Links {
  /** Of JSON: a quotation mark inside a string has a backslash before it, and matches nothing. */
  private static final Pattern MEMBER =
      Pattern.compile("\"(ifindex|master|link_netnsid)\":\"?([^\",}]+)");

  private Set<Integer> known = Set.of();
  private Map<Integer, String> masters = Map.of();
  private Map<Integer, Integer> namespaces = Map.of();

  /** Looks, if there are interfaces that were not there when it last did. */
  public Links of(Set<Integer> ifindexes) throws DatapathException {
    if (!known.containsAll(ifindexes)) {
      // A namespace that has no number yet gets one by being shown.
      read(Command.require("ip", "-j", "link", "show"));
      known = Set.copyOf(ifindexes);
    }
    return this;
  }

  /** Takes what {@code ip -j link show} says: of each interface its index first. */
  void read(String shown) {
    Map<Integer, String> nextMasters = new HashMap<>();
    Map<Integer, Integer> nextNamespaces = new HashMap<>();
    int ifindex = 0;
    for (Matcher member = MEMBER.matcher(shown); member.find(); ) {
      String value = member.group(2);
      switch (member.group(1)) {
        case "ifindex" -> ifindex = Integer.parseInt(value);
        case "master" -> nextMasters.put(ifindex, value);
        default -> nextNamespaces.put(ifindex, Integer.parseInt(value));
      }
    }
    masters = nextMasters;
    namespaces = nextNamespaces;
  }

  /** The master's index, or 0 if there is none. */
  public int master(int ifindex) {
    String name = masters.get(ifindex);
    return name == null ? 0 : Libc.interfaceIndex(name);
  }

  /** This namespace's number for that of the other end, or {@link EndpointValue#NO_NAMESPACE}. */
  int namespace(int ifindex) {
    return namespaces.getOrDefault(ifindex, EndpointValue.NO_NAMESPACE);
  }
}
