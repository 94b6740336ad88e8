package io.sluice.bpf.nft;

import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.PolicyValue;
import io.sluice.bpf.steer.EndpointEntry;
import io.sluice.bpf.steer.Enforcement;
import io.sluice.bpf.steer.Listener;
import io.sluice.bpf.steer.Marks;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way of a packet through the rules. Four chains that are called by the kernel find the pods
 * that a packet leaves or enters by their interfaces, and those its policy ({@link PolicyChains}).
 *
 * <pre>
 *  leaving a pod    prerouting (before others translate addresses): may be steered here
 *  entering a pod   prerouting (after that): steered here; forward: judged here
 *                   output, for the node and the proxy: judged here; steered by way of loopback
 * </pre>
 *
 * <p>Every packet is judged, by the connection that it belongs to: so a change of policy needs
 * nothing to be forgotten. What is remembered of a connection, in bits of its mark, is whose it is.
 */
final class Ruleset {
  static final String STEER_IN = "steer_in";
  static final String STEER_OUT = "steer_out";
  static final String STEER_OUT_IF_POSSIBLE = "steer_out_if_possible";
  static final String STEER_BY_LOOPBACK = "steer_by_loopback";
  static final String UNSTEERED = "unsteered";

  private static final String FROM_PODS = "from_pods";
  private static final String INTO_PODS = "into_pods";
  private static final String FORWARDED = "forwarded";
  private static final String FROM_NODE = "from_node";
  private static final String FROM_PROXY = "from_proxy";
  private static final String PORTS = "ports";
  private static final String TO_PROXY = "to_proxy";
  private static final String FROM_LOOPBACK = "from_loopback";

  /**
   * The zone of connection tracking for what the proxy sends to servers. What comes back is in the
   * one of all others, where translations of addresses find it.
   */
  private static final String ZONE = "0x51ce";

  /** On a connection that the proxy has accepted. The bits are those of {@link Marks}. */
  private static final String ACCEPTED = "0x200";

  /** On one that it has opened. */
  private static final String OPENED = "0x100";

  /** On one that it has opened to itself: to a pod whose connections are steered, too. */
  private static final String OPENED_AND_ACCEPTED = "0x400";

  /** On one that the node itself has opened to a pod. */
  private static final String OPENED_BY_NODE = "0x800";

  /** Which way of its connection a packet goes: that of who opened it, or back. */
  private static final String GOES_ON = "ct direction original";

  private static final String ANSWERS = "ct direction reply";

  private static final String OPENS = "tcp flags & (fin|syn|rst|ack) == syn";
  private static final String CONTINUES = "tcp flags & (fin|syn|rst|ack) != syn";
  private static final String ICMP_ERROR = "ct state related meta l4proto { icmp, icmpv6 }";

  private final Script script;
  private final Map<Listener, Integer> ports;
  private final Collection<LocalPod> pods;
  private final List<AddressRange> addresses;
  private final Map<String, Map<PolicyKey, PolicyValue>> policy = new HashMap<>();

  private Ruleset(
      Script script,
      Map<Listener, Integer> ports,
      Collection<LocalPod> pods,
      List<AddressRange> addresses) {
    this.script = script;
    this.ports = ports;
    this.pods = pods;
    this.addresses = addresses;
  }

  /**
   * Writes all rules.
   *
   * @param ports of the listeners that there are
   * @param pods all of this node, with names that {@link LocalPod#isWritable}
   * @param policy of all of them, settled
   * @param addresses whose is whose
   */
  static void write(
      Script script,
      Map<Listener, Integer> ports,
      Collection<LocalPod> pods,
      Map<PolicyKey, PolicyValue> policy,
      List<AddressRange> addresses) {
    Ruleset ruleset = new Ruleset(script, ports, pods, addresses);
    policy.forEach(
        (key, value) ->
            ruleset
                .policy
                .computeIfAbsent(key.endpoint() + " " + key.egress(), _ -> new HashMap<>())
                .put(key, value));
    ruleset.declare();
    ruleset.writeZone();
    ruleset.writeSteering();
    ruleset.writePods();
  }

  private void declare() {
    // Behind connection tracking (-200), before and behind translation of destinations (-100).
    script.base(FROM_PODS, "type filter hook prerouting priority -150");
    script.base(INTO_PODS, "type filter hook prerouting priority -90");
    script.base(FORWARDED, "type filter hook forward priority -150");
    script.base(FROM_NODE, "type route hook output priority -150");
    // Before connection tracking.
    script.base(FROM_PROXY, "type filter hook output priority -300");
    script.base(PORTS, "type nat hook postrouting priority 100");
  }

  /**
   * Keeps what the proxy opens in a client's name from being taken for what that client has opened:
   * with the same port, both have the same addresses and ports. So the way to a server is a zone of
   * its own. The ways back are told apart by the kernel, which translates the port of the later one
   * to one that is free: for that it is enough that a chain of translations is there.
   */
  private void writeZone() {
    for (int opened : new int[] {Marks.UPSTREAM_INGRESS, Marks.UPSTREAM_EGRESS}) {
      script.rule(FROM_PROXY, is("meta", hex(opened)) + " ct original zone set " + ZONE);
    }
  }

  private void writeSteering() {
    script.rule(TO_PROXY, mark("meta", Marks.STEERED) + " accept");
    for (boolean egress : new boolean[] {false, true}) {
      String chain = egress ? STEER_OUT : STEER_IN;
      steer(chain, egress, remember(ACCEPTED));
      script.rule(chain, egress ? script.goTo(UNSTEERED) : "return");
    }
    steer(STEER_OUT_IF_POSSIBLE, true, remember(ACCEPTED));
    script.rule(STEER_OUT_IF_POSSIBLE, "accept");
    // Open before it had to be steered, or its proxy has gone: told so, that it doesn't stall.
    script.rule(UNSTEERED, CONTINUES + " tcp flags & rst == 0 reject with tcp reset");
    script.rule(UNSTEERED, "drop");
    // Rerouted by its mark, the packet comes in again where it can be given to a socket.
    String again = mark("meta", Marks.STEERED) + " accept";
    script.rule(STEER_BY_LOOPBACK, OPENS + " " + remember(OPENED_AND_ACCEPTED) + " " + again);
    script.rule(STEER_BY_LOOPBACK, script.goTo(UNSTEERED));
    steer(FROM_LOOPBACK, false, "");
    script.rule(FROM_LOOPBACK, OPENS + " drop");
    script.rule(FROM_LOOPBACK, "accept");

    script.rule(FROM_PODS, "iif lo " + is("meta", "0x200") + " " + script.goTo(FROM_LOOPBACK));
    script.rule(INTO_PODS, is("meta", "0x200") + " accept");
    script.rule(FROM_NODE, is("ct", OPENED_AND_ACCEPTED) + " " + again);
    script.rule(
        FROM_NODE, is("meta", hex(Marks.UPSTREAM_INGRESS)) + " " + remember(OPENED) + " accept");
    script.rule(FROM_NODE, is("meta", hex(Marks.UPSTREAM_EGRESS)) + " " + remember(OPENED));
    for (int answer : new int[] {Marks.ANSWER_INGRESS, Marks.ANSWER_EGRESS}) {
      script.rule(FROM_NODE, is("meta", hex(answer)) + " accept");
    }
    // The node's own answer to a connection that the proxy has opened in a pod's name.
    script.rule(FROM_NODE, is("ct", OPENED) + " " + ANSWERS + " " + again);
  }

  /** Gives what opens a connection, and any datagram, to the listener; without one it goes on. */
  private void steer(String chain, boolean egress, String andThen) {
    for (Listener listener : Listener.values()) {
      Integer port = ports.get(listener);
      if (listener.egress() == egress && port != null) {
        script.rule(
            chain,
            "meta nfproto %s %s tproxy %s to %s:%d %s %s accept"
                .formatted(
                    listener.ipv6() ? "ipv6" : "ipv4",
                    listener.datagrams() ? "meta l4proto udp" : OPENS,
                    listener.ipv6() ? "ip6" : "ip",
                    listener.ipv6() ? "[::1]" : "127.0.0.1",
                    port,
                    mark("meta", Marks.STEERED),
                    listener.datagrams() ? "" : andThen));
      }
    }
  }

  private void writePods() {
    Map<String, String> leaving = new LinkedHashMap<>();
    Map<String, String> entering = new LinkedHashMap<>();
    Map<String, String> fromNode = new LinkedHashMap<>();
    Map<String, String> steeredV4 = new LinkedHashMap<>();
    Map<String, String> steeredV6 = new LinkedHashMap<>();
    for (LocalPod pod : pods) {
      if (!pod.entry().judged()) {
        continue;
      }
      PodChains chains = new PodChains(pod);
      leaving.put(pod.quotedInterface(), script.jump(chains.leaving()));
      entering.put(pod.quotedInterface(), script.jump(chains.entering()));
      fromNode.put(pod.quotedInterface(), script.jump(chains.enteringFromNode()));
      if (pod.entry().ingress() != Enforcement.NONE) {
        String steered = script.goTo(chains.ingress.add(Mode.INTO_STEERED));
        List<LocalPod> one = List.of(pod);
        putAll(steeredV4, LocalPod.addresses(one, false), steered);
        putAll(steeredV6, LocalPod.addresses(one, true), steered);
      }
    }
    script.decide(FROM_PODS, "iifname", leaving);
    toProxy(FROM_PODS);
    script.decide(INTO_PODS, OPENS + " " + GOES_ON + " ip daddr", steeredV4);
    script.decide(INTO_PODS, OPENS + " " + GOES_ON + " ip6 daddr", steeredV6);
    script.decide(FORWARDED, "oifname", entering);
    script.decide(FROM_NODE, "oifname", fromNode);
  }

  private static void putAll(Map<String, String> verdicts, String key, String verdict) {
    if (!key.isEmpty()) {
      verdicts.putIfAbsent(key, verdict);
    }
  }

  /**
   * Whose connection is the proxy's goes there. Not what opens one: it is judged again, or it would
   * be answered with a reset where the proxy is not there.
   */
  private void toProxy(String chain) {
    Map<String, String> ends = Map.of(ACCEPTED, GOES_ON, OPENED, ANSWERS);
    for (String mark : List.of(ACCEPTED, OPENED)) {
      String proxied = is("ct", mark) + " " + ends.get(mark) + " ";
      script.rule(chain, proxied + CONTINUES + " " + script.goTo(TO_PROXY));
      script.rule(chain, proxied + "meta l4proto { icmp, icmpv6 } " + script.goTo(TO_PROXY));
    }
    script.rule(
        chain, is("ct", OPENED) + " " + ANSWERS + " meta l4proto udp " + script.goTo(TO_PROXY));
  }

  /** The chains of one pod. */
  private final class PodChains {
    private final EndpointEntry entry;
    private final String title;
    private final PolicyChains ingress;
    private final PolicyChains egress;

    /** Asked from more than one place it is still one chain. */
    private final Map<Mode, String> known = new HashMap<>();

    PodChains(LocalPod pod) {
      entry = pod.entry();
      title = "e" + entry.id();
      ingress = chains(false, entry.ingress());
      egress = chains(true, entry.egress());
    }

    private PolicyChains chains(boolean outOf, Enforcement enforcement) {
      return new PolicyChains(
          script,
          entry.id(),
          enforcement == Enforcement.ENFORCED,
          policy.getOrDefault(entry.id() + " " + outOf, Map.of()),
          pods,
          addresses);
    }

    String leaving() {
      String chain = title + "_leaves";
      checkSource(chain);
      // What a pod can't live without, as far as it stays on the link.
      String discovery = "icmpv6 type { 133-136 } icmpv6 code 0 ip6 hoplimit 255 ";
      script.rule(chain, discovery + "ip6 daddr { fe80::/10, ff02::/16 } accept");
      script.rule(chain, discovery + "fib daddr type local accept");
      dropUnreadable(chain, entry.egress());
      toProxy(chain);
      script.rule(chain, ICMP_ERROR + " accept");
      judge(chain, GOES_ON, egress, entry.egress(), Mode.OUT_OF);
      String byNode = is("ct", OPENED_BY_NODE) + " " + ANSWERS;
      judge(chain, byNode, ingress, entry.ingress(), Mode.INTO_FROM_NODE_ANSWER);
      judge(chain, ANSWERS, ingress, entry.ingress(), Mode.INTO_ANSWER);
      end(chain, entry.egress());
      return chain;
    }

    String entering() {
      String chain = title + "_enters";
      dropUnreadable(chain, entry.ingress());
      script.rule(chain, ICMP_ERROR + " accept");
      judge(chain, GOES_ON, ingress, entry.ingress(), Mode.INTO);
      judge(chain, ANSWERS, egress, entry.egress(), Mode.OUT_OF_ANSWER);
      end(chain, entry.ingress());
      return chain;
    }

    String enteringFromNode() {
      String chain = title + "_enters_from_node";
      String proxy = chain + "_by_proxy";
      script.rule(chain, is("meta", hex(Marks.UPSTREAM_EGRESS)) + " " + script.goTo(proxy));
      // Of our own making, and of the node's: it can only end something.
      script.rule(chain, "tcp flags & rst == rst accept");
      script.rule(chain, GOES_ON + " " + remember(OPENED_BY_NODE));
      judge(chain, GOES_ON, ingress, entry.ingress(), Mode.INTO_FROM_NODE);
      judge(chain, ANSWERS, egress, entry.egress(), Mode.OUT_OF_ANSWER);
      script.rule(chain, "accept");
      judge(proxy, GOES_ON, ingress, entry.ingress(), Mode.INTO_FROM_PROXY);
      end(proxy, entry.ingress());
      return chain;
    }

    private void judge(
        String chain, String packets, PolicyChains asked, Enforcement enforcement, Mode mode) {
      String verdict = enforcement == Enforcement.NONE ? "accept" : script.goTo(added(asked, mode));
      script.rule(chain, packets + " " + verdict);
    }

    private String added(PolicyChains asked, Mode mode) {
      return known.computeIfAbsent(mode, asked::add);
    }

    /** What belongs to no connection, or to one that can't be followed. */
    private void end(String chain, Enforcement enforcement) {
      script.rule(chain, enforcement == Enforcement.ENFORCED ? "drop" : "accept");
    }

    private void dropUnreadable(String chain, Enforcement enforcement) {
      if (enforcement == Enforcement.ENFORCED) {
        script.rule(chain, "rt seg-left > 0 drop");
        // IPv4 addresses in IPv6: nobody's, and no range says whose.
        script.rule(chain, "ip6 saddr ::ffff:0:0/96 drop");
        script.rule(chain, "ip6 daddr ::ffff:0:0/96 drop");
      }
    }

    private void checkSource(String chain) {
      boolean checked =
          entry.sourceChecked()
              || entry.ingress() == Enforcement.ENFORCED
              || entry.egress() == Enforcement.ENFORCED;
      if (!checked || entry.addresses().isEmpty()) {
        return;
      }
      List<LocalPod> own = List.of(new LocalPod(entry));
      String v4 = LocalPod.addresses(own, false);
      script.rule(chain, v4.isEmpty() ? "meta nfproto ipv4 drop" : "ip saddr != " + v4 + " drop");
      String v6 = LocalPod.addresses(own, true);
      // Link-local addresses are the pod's own choice, and stay on the link.
      String onLink = "ip6 saddr { ::, fe80::/10 } ";
      script.rule(chain, onLink + "ip6 daddr != { fe80::/10, ff02::/16 } drop");
      String others = v6.isEmpty() ? "::, fe80::/10" : "::, fe80::/10, " + v6;
      script.rule(chain, "ip6 saddr != { " + others + " } drop");
    }
  }

  private static String is(String what, String mark) {
    return what + " mark & " + hex(Marks.MASK) + " == " + mark;
  }

  private static String mark(String what, int mark) {
    return what + " mark set " + hex(mark);
  }

  /** Leaves the other bits of a connection's mark, which others may use. */
  private static String remember(String mark) {
    return "ct mark set ct mark & 0x%x | %s".formatted(~Marks.MASK, mark);
  }

  private static String hex(int number) {
    return "0x" + Integer.toHexString(number);
  }
}
