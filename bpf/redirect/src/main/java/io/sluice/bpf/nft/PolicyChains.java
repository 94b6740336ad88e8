package io.sluice.bpf.nft;

import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.PolicyValue;
import io.sluice.bpf.steer.PolicyEntry;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chains that ask the policy of one endpoint in one direction: first who the peer is, then what
 * its entries say, then what those of any peer say. The entries are settled like those of the maps:
 * the first one that is met decides.
 */
final class PolicyChains {
  private static final int HOST = 1;
  private static final String ANY = "_any";

  /** What an ICMP message of a type answers, by what is answered. */
  private static final Map<Integer, Integer> ANSWERS = Map.of(8, 0, 13, 14, 15, 16, 17, 18);

  private static final Map<Integer, Integer> ANSWERS_V6 = Map.of(128, 129);
  private static final int LAST_ICMP_TYPE = 255;

  private final Script script;
  private final int endpoint;
  private final boolean enforced;
  private final Collection<LocalPod> pods;
  private final List<AddressRange> addresses;

  /** By identity; 0 is any peer. */
  private final SortedMap<Integer, SortedMap<Slot, PolicyValue>> entries = new TreeMap<>();

  /** What a settled entry is about, but for the peer. */
  private record Slot(int protocol, int firstPort, int lastPort) implements Comparable<Slot> {
    private static final Comparator<Slot> ORDER =
        Comparator.comparingInt(Slot::protocol).thenComparingInt(Slot::firstPort);

    @Override
    public int compareTo(Slot other) {
      return ORDER.compare(this, other);
    }

    boolean hasPorts() {
      return protocol == PolicyEntry.TCP
          || protocol == PolicyEntry.UDP
          || protocol == PolicyEntry.SCTP;
    }

    String ports() {
      return range(firstPort, lastPort);
    }
  }

  /**
   * Sorts the entries of an endpoint and direction out of all.
   *
   * @param enforced whether the direction is, else it is only audited
   * @param pods all of this node
   * @param addresses whose addresses are whose
   */
  PolicyChains(
      Script script,
      int endpoint,
      boolean enforced,
      Map<PolicyKey, PolicyValue> policy,
      Collection<LocalPod> pods,
      List<AddressRange> addresses) {
    this.script = script;
    this.endpoint = endpoint;
    this.enforced = enforced;
    this.pods = pods;
    this.addresses = addresses;
    policy.forEach(
        (key, value) ->
            entries
                .computeIfAbsent(key.identity(), _ -> new TreeMap<>())
                .put(slot(key), new PolicyValue(value.action(), value.audited(), 0)));
  }

  private static Slot slot(PolicyKey key) {
    int ports = 1 << (Short.SIZE - key.portBits());
    return new Slot(key.protocol(), key.port(), key.port() + ports - 1);
  }

  /** Adds the chains of a mode; the name of the first one. */
  String add(Mode mode) {
    String title = "e" + endpoint + "_" + mode.title();
    SortedMap<Slot, PolicyValue> ofAny = entries.getOrDefault(PolicyEntry.ANY, new TreeMap<>());
    addEntries(title + ANY, mode, ofAny, mode.otherwise(enforced));
    Map<Integer, String> chainOf = new HashMap<>();
    Map<SortedMap<Slot, PolicyValue>, String> known = new HashMap<>();
    entries.forEach(
        (identity, own) -> {
          boolean asked = !mode.ofNode() || identity == HOST;
          if (identity != PolicyEntry.ANY && asked) {
            chainOf.put(
                identity, known.computeIfAbsent(own, _ -> addPeer(title, known.size(), mode, own)));
          }
        });
    if (mode.ofNode()) {
      return chainOf.getOrDefault(HOST, title + ANY);
    }
    addPeers(title, mode, chainOf);
    return title;
  }

  private String addPeer(String title, int number, Mode mode, SortedMap<Slot, PolicyValue> own) {
    String chain = title + "_" + number;
    addEntries(chain, mode, own, script.goTo(title + ANY));
    return chain;
  }

  /** Who the peer is: a local pod by its interface, all others by their address. */
  private void addPeers(String chain, Mode mode, Map<Integer, String> chainOf) {
    if (mode.cameByInterface()) {
      Map<String, String> byInterface = new LinkedHashMap<>();
      for (LocalPod pod : pods) {
        String own = chainOf.getOrDefault(pod.entry().identity(), chain + ANY);
        byInterface.put(pod.quotedInterface(), script.goTo(own));
      }
      script.decide(chain, "iifname", byInterface);
      // Not by its interface: then it is not that pod.
      for (boolean ipv6 : new boolean[] {false, true}) {
        String local = LocalPod.addresses(pods, ipv6);
        if (!local.isEmpty()) {
          script.rule(chain, family(ipv6) + " saddr { " + local + " } " + mode.otherwise(enforced));
        }
      }
    }
    Map<String, String> v4 = new LinkedHashMap<>();
    Map<String, String> v6 = new LinkedHashMap<>();
    for (AddressRange range : addresses) {
      String own = chainOf.get(range.identity());
      if (own != null) {
        (range.ipv6() ? v6 : v4).put(range.text(), script.goTo(own));
      }
    }
    String peer = mode.egress() ? " daddr" : " saddr";
    script.decide(chain, "ct original " + family(false) + peer, v4);
    script.decide(chain, "ct original " + family(true) + peer, v6);
    script.rule(chain, script.goTo(chain + ANY));
  }

  private static String family(boolean ipv6) {
    return ipv6 ? "ip6" : "ip";
  }

  /** What each entry says; that for any protocol comes last, in place of {@code otherwise}. */
  private void addEntries(
      String chain, Mode mode, SortedMap<Slot, PolicyValue> own, String otherwise) {
    Map<String, String> ports = new LinkedHashMap<>();
    Map<String, String> icmp = new LinkedHashMap<>();
    Map<String, String> icmpv6 = new LinkedHashMap<>();
    Map<String, String> whole = new LinkedHashMap<>();
    own.forEach(
        (slot, value) -> {
          String verdict = mode.verdict(value, enforced, script);
          if (slot.hasPorts()) {
            ports.put(slot.protocol() + " . " + slot.ports(), verdict);
          } else if (slot.protocol() == PolicyEntry.ICMP) {
            addTypes(icmp, slot, mode.answers() ? ANSWERS : null, verdict);
          } else if (slot.protocol() == PolicyEntry.ICMPV6) {
            addTypes(icmpv6, slot, mode.answers() ? ANSWERS_V6 : null, verdict);
          } else if (slot.protocol() != PolicyEntry.ANY_PROTOCOL) {
            whole.put(Integer.toString(slot.protocol()), verdict);
          }
        });
    script.decide(chain, "meta l4proto . th " + (mode.answers() ? "sport" : "dport"), ports);
    script.decide(chain, "icmp type", icmp);
    script.decide(chain, "icmpv6 type", icmpv6);
    script.decide(chain, "meta l4proto", whole);
    PolicyValue fallback = own.get(new Slot(PolicyEntry.ANY_PROTOCOL, 0, 65535));
    script.rule(chain, fallback == null ? otherwise : mode.verdict(fallback, enforced, script));
  }

  private static void addTypes(
      Map<String, String> types,
      Slot slot,
      @Nullable Map<Integer, Integer> answers,
      String verdict) {
    if (answers != null) {
      new TreeMap<>(answers)
          .forEach(
              (asked, answer) -> {
                if (slot.firstPort() <= asked && asked <= slot.lastPort()) {
                  types.put(Integer.toString(answer), verdict);
                }
              });
    } else if (slot.firstPort() <= LAST_ICMP_TYPE) {
      types.put(range(slot.firstPort(), Math.min(slot.lastPort(), LAST_ICMP_TYPE)), verdict);
    }
  }

  private static String range(int first, int last) {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
