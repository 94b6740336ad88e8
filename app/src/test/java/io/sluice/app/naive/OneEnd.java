package io.sluice.app.naive;

import io.sluice.app.naive.Answer.Side;
import io.sluice.app.naive.Answer.Verdict;
import io.sluice.app.naive.Item.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What one end of a connection says under some policies: the declarative statement itself. */
final class OneEnd {
  private static final List<String> PRECEDENCE = List.of("http", "grpc", "kafka", "tls", "dns");

  private final Parties parties;
  private final Items items;
  private final NamedPorts namedPorts;
  private final String mode;
  private final Set<Difference> asCilium;

  /**
   * For one world.
   *
   * @param mode default, always or never
   */
  OneEnd(Parties parties, Items items, String mode, Set<Difference> asCilium) {
    this.parties = parties;
    this.items = items;
    this.namedPorts = new NamedPorts(parties, asCilium);
    this.mode = mode;
    this.asCilium = asCilium;
  }

  /** Whether the policies can't be enforced together in this direction. */
  boolean conflicts(Asked asked, List<Map<String, Object>> policies) {
    return side(asked, policies).verdict() == Verdict.CONFLICT;
  }

  /** Whether any policy is about an endpoint and asked at all. */
  boolean concerns(Party endpoint, List<Map<String, Object>> policies) {
    return !mode.equals("never") && !items.selecting(endpoint, policies).isEmpty();
  }

  /** What the policies say. */
  Side side(Asked asked, List<Map<String, Object>> policies) {
    List<Item> mine =
        items.selecting(asked.endpoint(), policies).stream()
            .filter(item -> item.ingress() == asked.ingress())
            .toList();
    boolean always = mode.equals("always");
    if (mode.equals("never") || (mine.isEmpty() && !always)) {
      return Side.PASSED;
    }
    List<Filter> filters;
    try {
      filters = new ArrayList<>(Filter.of(mine));
    } catch (Filter.Conflict conflict) {
      return Side.CONFLICT;
    }
    if (!asCilium.contains(Difference.OTHER_PROTOCOL) && differentKindsMeet(asked, filters)) {
      return Side.CONFLICT;
    }
    if (!always && mine.stream().noneMatch(Item::defaultDeny)) {
      filters.replaceAll(Filter::opened);
      filters.add(Filter.open());
    }
    List<Filter> matching =
        filters.stream()
            .filter(filter -> filter.peers().selects(asked.remote()))
            .filter(filter -> covers(filter, asked))
            .toList();
    boolean localhost = localhost(asked);
    if (localhost && asCilium.contains(Difference.LOCALHOST)) {
      matching = withLocalhost(matching, filters);
    } else if (localhost && mayAll(matching)) {
      return Side.PASSED;
    }
    return decide(matching, localhost, asked);
  }

  /** The HTTP rules that see a request that passes, by their ports and the order of policies. */
  List<Object> httpRules(Asked asked, List<Map<String, Object>> policies) {
    TreeMap<Integer, List<Object>> byPorts = new TreeMap<>();
    for (Item item : items.selecting(asked.endpoint(), policies)) {
      for (Ports ports : item.ports() == null ? List.<Ports>of() : item.ports()) {
        Filter filter =
            new Filter(new Selection.Any(), ports, false, "", List.of(), false, List.of());
        if (item.ingress() == asked.ingress()
            && ports.kind().equals("http")
            && item.peers().stream().anyMatch(peers -> peers.selects(asked.remote()))
            && covers(filter, asked)) {
          int first = ports.name().isEmpty() ? ports.first() : asked.port();
          int last = ports.name().isEmpty() ? ports.last() : asked.port();
          byPorts.computeIfAbsent(first << 16 | last, k -> new ArrayList<>()).addAll(ports.rules());
        }
      }
    }
    return byPorts.values().stream().flatMap(List::stream).toList();
  }

  /** One connection of one peer can't be read in two ways. */
  private boolean differentKindsMeet(Asked asked, List<Filter> filters) {
    List<Filter> inspecting = filters.stream().filter(each -> !each.kind().isEmpty()).toList();
    for (Filter a : inspecting) {
      for (Filter b : inspecting) {
        if (!a.kind().equals(b.kind())
            && parties.everybody().stream()
                .filter(party -> a.peers().selects(party) && b.peers().selects(party))
                .anyMatch(party -> portsMeet(a, b, asked, party))) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean portsMeet(Filter a, Filter b, Asked asked, Party remote) {
    Asked to = new Asked(asked.endpoint(), remote, asked.ingress(), asked.question());
    for (int[] first : ranges(a, to)) {
      for (int[] second : ranges(b, to)) {
        if (protocol(a).equals(protocol(b)) && first[0] <= second[1] && second[0] <= first[1]) {
          return true;
        }
      }
    }
    return false;
  }

  private static String protocol(Filter filter) {
    return filter.ports() == null ? "" : filter.ports().protocol();
  }

  private List<int[]> ranges(Filter filter, Asked asked) {
    Ports ports = filter.ports();
    if (ports == null) {
      return List.of();
    }
    if (ports.name().isEmpty()) {
      return List.of(new int[] {ports.first(), ports.last()});
    }
    return namedPorts.of(ports, asked).stream().map(port -> new int[] {port, port}).toList();
  }

  private static boolean localhost(Asked asked) {
    return asked.ingress() && asked.remote().is("host") && !asked.endpoint().node();
  }

  /**
   * Whether nothing that the local node sends is judged: a rule without L7 part allows it, or no
   * rule with one speaks of the node in particular.
   */
  private static boolean mayAll(List<Filter> matching) {
    return matching.stream().noneMatch(Filter::deny)
        && (matching.stream().anyMatch(Filter::plain)
            || matching.stream().allMatch(each -> each.peers().equals(new Selection.Any())));
  }

  /**
   * As Cilium does: the local node may send any request, but where the selector of rules on the
   * same ports is the node's own: there they say what it may.
   */
  private static List<Filter> withLocalhost(List<Filter> matching, List<Filter> all) {
    List<Filter> with = new ArrayList<>(matching);
    for (Filter filter : matching) {
      boolean named =
          all.stream()
              .filter(each -> each.peers().equals(Selections.HOST))
              .anyMatch(each -> each.samePorts(filter));
      if (!filter.kind().isEmpty() && !named) {
        with.add(filter.forHost());
      }
    }
    return with;
  }

  private boolean covers(Filter filter, Asked asked) {
    Ports ports = filter.ports();
    if (ports == null) {
      return true;
    }
    if (!ports.protocol().equals(asked.protocol())) {
      return false;
    }
    if (!ports.name().isEmpty()) {
      return namedPorts.of(ports, asked).contains(asked.port());
    }
    boolean icmp = asked.protocol().startsWith("ICMP");
    boolean all = !icmp || asCilium.contains(Difference.ICMP_ZERO);
    return (ports.first() == 0 && all)
        || (ports.first() <= asked.port() && asked.port() <= ports.last());
  }

  /** Any deny drops; nothing drops; a rule with an L7 part sends to the proxy; else it passes. */
  private Side decide(List<Filter> matching, boolean localhost, Asked asked) {
    if (matching.stream().anyMatch(Filter::deny)) {
      return Side.DROPPED;
    }
    for (String kind : PRECEDENCE) {
      if (matching.stream().anyMatch(filter -> filter.kind().equals(kind))) {
        return Side.judged(new Requests(asked.question(), asCilium).judge(kind, matching));
      }
    }
    return matching.isEmpty() && !localhost ? Side.DROPPED : Side.PASSED;
  }
}
