package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.attach.Filter;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.EndpointValue;
import io.sluice.bpf.map.Event;
import io.sluice.bpf.map.MirroredMap;
import io.sluice.bpf.map.Numbers;
import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.RefusalCounts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every frame that must be told apart, run through the programs in the kernel without being sent.
 */
class ProgramsKT {
  private static final int PASS = -1;
  private static final int DROP = 2;
  private static final int REDIRECT = 7;

  private static final int ALLOWED = 9090;
  private static final int STEERED = 8080;
  private static final int DENIED = 22;

  /** Test runs are on the loopback device unless told otherwise. */
  private static final int IFINDEX = 1;

  private static final int ENDPOINT = 5;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int SCTP = 132;
  private static final int ICMP6 = 58;
  private static final int HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int OPTIONS = 60;
  private static final byte[] EIGHT = new byte[8];

  /** {@code struct __sk_buff}: its size, and where its fields are. */
  private static final int CONTEXT_BYTES = 192;

  private static final int MARK = 8;
  private static final int INGRESS_IFINDEX = 36;
  private static final int SOME_DEVICE = 4;

  private static Namespace namespace;
  private static Programs programs;
  private static MirroredMap<Integer, EndpointValue> endpoints;

  @BeforeAll
  static void load() throws Exception {
    namespace = Namespace.make("sluice-bpf-programs");
    programs = Programs.load(IFINDEX);
    endpoints =
        new MirroredMap<>(
            programs.map("endpoints"),
            Numbers.LAYOUT,
            EndpointValue.LAYOUT,
            Comparator.naturalOrder());
    MirroredMap<PolicyKey, Action> policy =
        new MirroredMap<>(
            programs.map("policy"), PolicyKey.LAYOUT, Action.LAYOUT, PolicyKey.SPECIFIC_FIRST);
    policy.putAll(
        Map.of(
            new PolicyKey(ENDPOINT, false, 0, ALLOWED, 16), Action.ALLOW,
            new PolicyKey(ENDPOINT, true, 0, ALLOWED, 16), Action.ALLOW,
            new PolicyKey(ENDPOINT, false, 2, STEERED, 16), Action.STEER,
            new PolicyKey(ENDPOINT, true, 2, STEERED, 16), Action.STEER));
  }

  @AfterAll
  static void unload() throws Exception {
    programs.close();
    namespace.close();
  }

  /** Name, frame, and what is done with it where its direction is enforced. */
  static Stream<Arguments> frames() {
    byte[] allowed = Frame.tcp(ALLOWED, Frame.SYN);
    byte[] steered = Frame.tcp(STEERED, Frame.SYN);
    byte[] denied = Frame.tcp(DENIED, Frame.SYN);
    return Stream.of(
        Arguments.of("SYN, allowed", Frame.ipv4(TCP, allowed), PASS),
        Arguments.of("SYN, steered", Frame.ipv4(TCP, steered), REDIRECT),
        Arguments.of("SYN, denied", Frame.ipv4(TCP, denied), DROP),
        Arguments.of("SYN with FIN", Frame.ipv4(TCP, Frame.tcp(DENIED, 3)), DROP),
        Arguments.of("SYN with RST", Frame.ipv4(TCP, Frame.tcp(DENIED, 6)), DROP),
        Arguments.of("SYN-ACK", Frame.ipv4(TCP, Frame.tcp(DENIED, 0x12)), PASS),
        Arguments.of("ACK", Frame.ipv4(TCP, Frame.tcp(DENIED, Frame.ACK)), PASS),
        Arguments.of("ACK, steered", Frame.ipv4(TCP, Frame.tcp(STEERED, Frame.ACK)), DROP),
        Arguments.of("no flags, steered", Frame.ipv4(TCP, Frame.tcp(STEERED, 0)), DROP),
        Arguments.of("options, allowed", Frame.ipv4(0x4f, 0, TCP, allowed), PASS),
        Arguments.of("options, steered", Frame.ipv4(0x46, 0, TCP, steered), REDIRECT),
        Arguments.of("options, denied", Frame.ipv4(0x4f, 0, TCP, denied), DROP),
        Arguments.of("header length 4", Frame.ipv4(0x44, 0, TCP, allowed), DROP),
        Arguments.of("version 5", Frame.ipv4(0x55, 0, TCP, allowed), DROP),
        Arguments.of("TCP header cut", Frame.cut(Frame.ipv4(TCP, allowed), 1), DROP),
        Arguments.of("options cut", Frame.cut(Frame.ipv4(0x4f, 0, TCP), 30), DROP),
        Arguments.of("data offset 4", Frame.ipv4(TCP, Frame.tcp(ALLOWED, Frame.SYN, 4)), DROP),
        Arguments.of("first fragment", Frame.ipv4(0x45, 0x2000, TCP, allowed), DROP),
        Arguments.of("later fragment", Frame.ipv4(0x45, 0x0001, TCP, allowed), DROP),
        Arguments.of("may not be fragmented", Frame.ipv4(0x45, 0x4000, TCP, allowed), PASS),
        Arguments.of("UDP", Frame.ipv4(UDP, EIGHT), PASS),
        Arguments.of("UDP, later fragment", Frame.ipv4(0x45, 0x0001, UDP, EIGHT), PASS),
        Arguments.of("ICMP", Frame.ipv4(1, EIGHT), PASS),
        Arguments.of("SCTP", Frame.ipv4(SCTP, EIGHT), PASS),
        Arguments.of("ICMPv6 in IPv4", Frame.ipv4(ICMP6, EIGHT), DROP),
        Arguments.of("IGMP", Frame.ipv4(2, EIGHT), DROP),
        Arguments.of("IP in IP", Frame.ipv4(4, Frame.ipv4(TCP, allowed)), DROP),
        Arguments.of("GRE", Frame.ipv4(47, EIGHT), DROP),
        Arguments.of("ESP", Frame.ipv4(50, EIGHT), DROP),
        Arguments.of("ARP", Frame.of(0x0806, new byte[28]), PASS),
        Arguments.of("VLAN", Frame.of(0x8100, new byte[] {0, 0, 8, 0}, EIGHT), DROP),
        Arguments.of("provider VLAN", Frame.of(0x88a8, new byte[] {0, 0, 8, 0}, EIGHT), DROP),
        Arguments.of("LLDP", Frame.of(0x88cc, EIGHT), DROP),
        Arguments.of("LLC", Frame.of(0x0040, EIGHT), DROP),
        Arguments.of("MPLS", Frame.of(0x8847, EIGHT), DROP),
        Arguments.of("v6 SYN, allowed", Frame.ipv6(TCP, allowed), PASS),
        Arguments.of("v6 SYN, steered", Frame.ipv6(TCP, steered), REDIRECT),
        Arguments.of("v6 SYN, denied", Frame.ipv6(TCP, denied), DROP),
        Arguments.of("v6 ACK, steered", Frame.ipv6(TCP, Frame.tcp(STEERED, Frame.ACK)), DROP),
        Arguments.of("v6 hop-by-hop, allowed", behind(HOP, allowed), PASS),
        Arguments.of("v6 hop-by-hop, steered", behind(HOP, steered), REDIRECT),
        Arguments.of("v6 hop-by-hop, denied", behind(HOP, denied), DROP),
        Arguments.of("v6 routing, steered", behind(ROUTING, steered), REDIRECT),
        Arguments.of("v6 options, denied", behind(OPTIONS, denied), DROP),
        Arguments.of("v6, 6 headers, steered", chain(6, steered), REDIRECT),
        Arguments.of("v6, 7 headers", chain(7, allowed), DROP),
        Arguments.of("v6 header cut", Frame.cut(Frame.ipv6(HOP, EIGHT), 5), DROP),
        Arguments.of("v6 TCP cut", Frame.cut(behind(HOP, allowed), 1), DROP),
        Arguments.of("v6 first fragment", fragment(TCP, 0, true, allowed), DROP),
        Arguments.of("v6 whole in a fragment", fragment(TCP, 0, false, allowed), DROP),
        Arguments.of("v6 later fragment", fragment(TCP, 3, true, EIGHT), DROP),
        Arguments.of("v6 later fragment, options", fragment(OPTIONS, 3, true, EIGHT), DROP),
        Arguments.of("v6 UDP, first fragment", fragment(UDP, 0, true, EIGHT), PASS),
        Arguments.of("v6 UDP, later fragment", fragment(UDP, 3, false, EIGHT), PASS),
        Arguments.of("v6 UDP", Frame.ipv6(UDP, EIGHT), PASS),
        Arguments.of("v6 ICMP", Frame.ipv6(ICMP6, EIGHT), PASS),
        Arguments.of("v6 SCTP", Frame.ipv6(SCTP, EIGHT), PASS),
        Arguments.of("v6 ICMPv4", Frame.ipv6(1, EIGHT), DROP),
        Arguments.of("v6 ESP", Frame.ipv6(50, EIGHT), DROP),
        Arguments.of("v6 authentication", Frame.ipv6(51, EIGHT), DROP),
        Arguments.of("v6 nothing follows", Frame.ipv6(59), DROP),
        Arguments.of("v6 from mapped IPv4", Frame.ipv6("::ffff:10.1.0.1", TCP, allowed), DROP),
        Arguments.of("IPv4 as IPv6", Frame.of(0x86dd, new byte[] {0x45}, new byte[59]), DROP));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void intoAnEnforcedPod(String name, byte[] frame, int expected) throws Exception {
    enforce(true, false);
    assertThat(run(Hooks.TO_POD, frame, SOME_DEVICE, 0)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void outOfAnEnforcedPod(String name, byte[] frame, int expected) throws Exception {
    enforce(false, true);
    // No listener is there to take a connection, so what would be steered is dropped.
    assertThat(run(Hooks.FROM_POD, frame, SOME_DEVICE, 0))
        .isEqualTo(expected == REDIRECT ? DROP : expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void outOfAnEnforcedPodOnABridge(String name, byte[] frame, int expected) throws Exception {
    endpoints.putAll(Map.of(IFINDEX, new EndpointValue(ENDPOINT, false, true, true)));
    assertThat(run(Hooks.FROM_POD, frame, SOME_DEVICE, 0)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void whereTheDirectionIsNotEnforcedEverythingPasses(String name, byte[] frame, int unused)
      throws Exception {
    enforce(false, true);
    assertThat(run(Hooks.TO_POD, frame, SOME_DEVICE, 0)).isEqualTo(PASS);
    enforce(true, false);
    assertThat(run(Hooks.FROM_POD, frame, SOME_DEVICE, 0)).isEqualTo(PASS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void fromTheNodeEverythingPasses(String name, byte[] frame, int unused) throws Exception {
    enforce(true, true);
    assertThat(run(Hooks.TO_POD, frame, 0, 0)).isEqualTo(PASS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void nothingPassesWithoutAnEndpoint(String name, byte[] frame, int unused) throws Exception {
    endpoints.retainAll(Map.of());
    assertThat(run(Hooks.TO_POD, frame, SOME_DEVICE, 0)).isEqualTo(DROP);
    assertThat(run(Hooks.FROM_POD, frame, SOME_DEVICE, 0)).isEqualTo(DROP);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void nothingPassesTheWayIntoTheProxy(String name, byte[] frame, int unused) throws Exception {
    assertThat(run(Hooks.INTO_PROXY, frame, SOME_DEVICE, 0)).isEqualTo(DROP);
  }

  @Test
  void marksOfTheProxyCountOnlyOnPacketsOfTheNode() throws Exception {
    enforce(true, true);
    byte[] denied = Frame.ipv4(TCP, Frame.tcp(DENIED, Frame.SYN));
    for (int mark :
        List.of(
            Marks.ANSWER_INGRESS,
            Marks.ANSWER_EGRESS,
            Marks.UPSTREAM_INGRESS,
            Marks.UPSTREAM_EGRESS)) {
      assertThat(run(Hooks.TO_POD, denied, SOME_DEVICE, mark)).isEqualTo(DROP);
    }
    assertThat(run(Hooks.TO_POD, denied, 0, Marks.UPSTREAM_INGRESS)).isEqualTo(PASS);
    assertThat(run(Hooks.TO_POD, denied, 0, Marks.ANSWER_INGRESS)).isEqualTo(PASS);
    assertThat(run(Hooks.TO_POD, denied, 0, Marks.ANSWER_EGRESS)).isEqualTo(PASS);
    assertThat(run(Hooks.TO_POD, denied, 0, Marks.UPSTREAM_EGRESS)).isEqualTo(DROP);
  }

  @Test
  void aMarkThatAPodSetsIsCleared() throws Exception {
    enforce(true, false);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment context = context(arena, SOME_DEVICE, 0xffff);
      assertThat(run(Hooks.FROM_POD, Frame.ipv4(UDP, EIGHT), context)).isEqualTo(PASS);
      assertThat(context.get(JAVA_INT, MARK)).isZero();
    }
  }

  @Test
  void reportsAreBoundedAndTheRestIsCounted() throws Exception {
    enforce(true, false);
    RefusalCounts counts = new RefusalCounts(programs.map("refusals"));
    counts.addAll(List.of(IFINDEX));
    List<Event> events = new ArrayList<>();
    byte[] denied = Frame.ipv4(TCP, Frame.tcp(DENIED, Frame.SYN));
    int runs = 1000;
    try (var buffer =
        new io.sluice.bpf.libbpf.RingBuffer(
            programs.map("events"), record -> events.add(Event.read(record)))) {
      long began = System.nanoTime();
      for (int i = 0; i < runs; i++) {
        run(Hooks.TO_POD, denied, SOME_DEVICE, 0);
      }
      long seconds = (System.nanoTime() - began) / 1_000_000_000L + 1;
      buffer.poll(100);
      assertThat(events).hasSizeBetween(100, (int) Math.min(runs, 100 * (seconds + 1)));
    }
    assertThat(counts.suppressed()).isEqualTo(runs - events.size());
    counts.retainAll(List.of());
    assertThat(counts.suppressed()).isEqualTo(runs - events.size());
  }

  private static byte[] behind(int header, byte[] tcp) {
    return Frame.ipv6(header, Frame.extension(TCP, 1), tcp);
  }

  private static byte[] chain(int headers, byte[] tcp) {
    byte[][] parts = new byte[headers + 1][];
    for (int i = 0; i < headers; i++) {
      parts[i] = Frame.extension(i == headers - 1 ? TCP : OPTIONS, i % 2);
    }
    parts[headers] = tcp;
    return Frame.ipv6(OPTIONS, parts);
  }

  private static byte[] fragment(int next, int offset, boolean more, byte[] payload) {
    return Frame.ipv6(FRAGMENT, Frame.fragment(next, offset, more), payload);
  }

  private static void enforce(boolean ingress, boolean egress) throws BpfException {
    endpoints.putAll(Map.of(IFINDEX, new EndpointValue(ENDPOINT, ingress, egress, false)));
  }

  private static int run(Filter hook, byte[] frame, int from, int mark) throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      return run(hook, frame, context(arena, from, mark));
    }
  }

  /** In the namespace of this test, where no socket is that a frame could belong to. */
  private static int run(Filter hook, byte[] frame, MemorySegment context) throws Exception {
    byte[] copy = frame.clone();
    MemorySegment shared = Arena.ofAuto().allocate(CONTEXT_BYTES, 8).copyFrom(context);
    int result = namespace.call(() -> programs.of(hook).testRun(copy, shared));
    context.copyFrom(shared);
    return result;
  }

  private static MemorySegment context(Arena arena, int from, int mark) {
    MemorySegment context = arena.allocate(CONTEXT_BYTES, 8);
    context.set(JAVA_INT, MARK, mark);
    context.set(JAVA_INT, INGRESS_IFINDEX, from);
    return context;
  }
}
