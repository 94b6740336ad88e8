package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.attach.Hook;
import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.EndpointValue.Mode;
import io.sluice.bpf.map.Event;
import io.sluice.bpf.map.PolicyKeys;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every frame that must be told apart, run through the programs in the kernel without being sent.
 */
class ProgramsKT extends ProgramRuns {
  private static final int ALLOWED = 9090;
  private static final int STEERED = 8080;
  private static final int DENIED = 22;
  private static final int ECHO = 8;
  private static final int ECHO6 = 128;
  private static final int HOST = 1;

  /** Instructions that the verifier may look at: a fifth of those at which it gives up. */
  private static final int MOST_VERIFIED = 200_000;

  private static final int HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int OPTIONS = 60;
  private static final byte[] EIGHT = new byte[8];

  @BeforeEach
  void writePolicy() throws Exception {
    PolicyKeys keys = new PolicyKeys();
    for (boolean egress : new boolean[] {false, true}) {
      for (int protocol : new int[] {TCP, UDP, SCTP}) {
        keys.add(ENDPOINT, egress, ANY, protocol, ALLOWED, ALLOWED, value(Action.ALLOW));
        keys.add(ENDPOINT, egress, WORLD, protocol, STEERED, STEERED, value(Action.STEER));
      }
      keys.add(ENDPOINT, egress, ANY, ICMP, ECHO, ECHO, value(Action.ALLOW));
      keys.add(ENDPOINT, egress, ANY, ICMP6, ECHO6, ECHO6, value(Action.ALLOW));
    }
    policy(keys);
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
        Arguments.of("SYN-ACK", Frame.ipv4(TCP, Frame.tcp(DENIED, 0x12)), DROP),
        Arguments.of("ACK", Frame.ipv4(TCP, Frame.tcp(DENIED, Frame.ACK)), DROP),
        Arguments.of("ACK, allowed", Frame.ipv4(TCP, Frame.tcp(ALLOWED, Frame.ACK)), PASS),
        Arguments.of("RST", Frame.ipv4(TCP, Frame.tcp(DENIED, 4)), DROP),
        Arguments.of("no flags, steered", Frame.ipv4(TCP, Frame.tcp(STEERED, 0)), DROP),
        Arguments.of("options, allowed", Frame.ipv4(0x4f, 0, TCP, allowed), PASS),
        Arguments.of("options, steered", Frame.ipv4(0x46, 0, TCP, steered), REDIRECT),
        Arguments.of("options, denied", Frame.ipv4(0x4f, 0, TCP, denied), DROP),
        Arguments.of("header length 4", Frame.ipv4(0x44, 0, TCP, allowed), DROP),
        Arguments.of("version 5", Frame.ipv4(0x55, 0, TCP, allowed), DROP),
        Arguments.of("TCP header cut", Frame.cut(Frame.ipv4(TCP, allowed), 1), DROP),
        Arguments.of("options cut", Frame.cut(Frame.ipv4(0x4f, 0, TCP), 30), DROP),
        Arguments.of("data offset 4", Frame.ipv4(TCP, Frame.tcp(ALLOWED, Frame.SYN, 4)), DROP),
        Arguments.of("first fragment", Frame.ipv4(0x45, 0x2000, TCP, allowed), PASS),
        Arguments.of("first fragment, steered", Frame.ipv4(0x45, 0x2000, TCP, steered), DROP),
        Arguments.of("first fragment, denied", Frame.ipv4(0x45, 0x2000, TCP, denied), DROP),
        Arguments.of("tiny fragment", Frame.ipv4(0x45, 0x2000, TCP, EIGHT), DROP),
        Arguments.of("later fragment", Frame.ipv4(0x45, 0x0001, TCP, allowed), DROP),
        Arguments.of("may not be fragmented", Frame.ipv4(0x45, 0x4000, TCP, allowed), PASS),
        Arguments.of("UDP, allowed", Frame.ipv4(UDP, Frame.udp(1, ALLOWED)), PASS),
        Arguments.of("UDP, denied", Frame.ipv4(UDP, Frame.udp(1, DENIED)), DROP),
        Arguments.of("UDP cut", Frame.cut(Frame.ipv4(UDP, Frame.udp(1, ALLOWED)), 5), DROP),
        Arguments.of("UDP, later fragment", Frame.ipv4(0x45, 0x0001, UDP, EIGHT), DROP),
        Arguments.of("echo", Frame.ipv4(ICMP, Frame.icmp(ECHO, 1)), PASS),
        Arguments.of("echo reply to nothing", Frame.ipv4(ICMP, Frame.icmp(0, 1)), DROP),
        Arguments.of("timestamp", Frame.ipv4(ICMP, Frame.icmp(13, 1)), DROP),
        Arguments.of("error about nothing", Frame.ipv4(ICMP, Frame.icmp(3, 0), EIGHT), DROP),
        Arguments.of("ICMP cut", Frame.cut(Frame.ipv4(ICMP, Frame.icmp(ECHO, 1)), 1), DROP),
        Arguments.of("INIT, allowed", Frame.ipv4(SCTP, Frame.sctp(1, ALLOWED, 1)), PASS),
        Arguments.of("INIT, denied", Frame.ipv4(SCTP, Frame.sctp(1, DENIED, 1)), DROP),
        Arguments.of("SCTP cut", Frame.ipv4(SCTP, EIGHT), DROP),
        Arguments.of("ICMPv6 in IPv4", Frame.ipv4(ICMP6, EIGHT), DROP),
        Arguments.of("IGMP", Frame.ipv4(2, EIGHT), DROP),
        Arguments.of("IP in IP", Frame.ipv4(4, Frame.ipv4(TCP, allowed)), DROP),
        Arguments.of("GRE", Frame.ipv4(47, EIGHT), DROP),
        Arguments.of("ESP", Frame.ipv4(50, EIGHT), DROP),
        Arguments.of("ARP", Frame.of(0x0806, new byte[28]), PASS),
        Arguments.of("jumbo", Frame.ipv4(UDP, Frame.udp(1, ALLOWED), new byte[300]), PASS),
        Arguments.of("VLAN", Frame.of(0x8100, new byte[] {0, 0, 8, 0}, EIGHT), DROP),
        Arguments.of("provider VLAN", Frame.of(0x88a8, new byte[] {0, 0, 8, 0}, EIGHT), DROP),
        Arguments.of("LLDP", Frame.of(0x88cc, EIGHT), DROP),
        Arguments.of("LLC", Frame.of(0x0040, EIGHT), DROP),
        Arguments.of("MPLS", Frame.of(0x8847, EIGHT), DROP),
        Arguments.of("v6 SYN, allowed", Frame.ipv6(TCP, allowed), PASS),
        Arguments.of("v6 SYN, steered", Frame.ipv6(TCP, steered), REDIRECT),
        Arguments.of("v6 SYN, denied", Frame.ipv6(TCP, denied), DROP),
        Arguments.of("v6 hop-by-hop, allowed", behind(HOP, allowed), PASS),
        Arguments.of("v6 hop-by-hop, steered", behind(HOP, steered), REDIRECT),
        Arguments.of("v6 hop-by-hop, denied", behind(HOP, denied), DROP),
        Arguments.of("v6 routing, steered", behind(ROUTING, steered), REDIRECT),
        Arguments.of("v6 options, denied", behind(OPTIONS, denied), DROP),
        Arguments.of("v6, 6 headers, steered", chain(6, steered), REDIRECT),
        Arguments.of("v6, 7 headers", chain(7, allowed), DROP),
        Arguments.of("v6 header cut", Frame.cut(Frame.ipv6(HOP, EIGHT), 5), DROP),
        Arguments.of("v6 TCP cut", Frame.cut(behind(HOP, allowed), 1), DROP),
        Arguments.of("v6 routing, segments left", routed(1, allowed), DROP),
        Arguments.of("v6 first fragment", fragment(TCP, 0, true, allowed), PASS),
        Arguments.of("v6 first fragment, steered", fragment(TCP, 0, true, steered), DROP),
        Arguments.of("v6 whole in a fragment, steered", fragment(TCP, 0, false, steered), DROP),
        Arguments.of("v6 tiny fragment", fragment(TCP, 0, true, EIGHT), DROP),
        Arguments.of("v6 later fragment", fragment(TCP, 3, true, EIGHT), DROP),
        Arguments.of("v6 later fragment, options", fragment(OPTIONS, 3, true, EIGHT), DROP),
        Arguments.of("v6 options in a fragment", fragment(OPTIONS, 0, true, EIGHT), DROP),
        Arguments.of("v6 UDP, allowed", Frame.ipv6(UDP, Frame.udp(1, ALLOWED)), PASS),
        Arguments.of("v6 UDP, denied", Frame.ipv6(UDP, Frame.udp(1, DENIED)), DROP),
        Arguments.of("v6 echo", Frame.ipv6(ICMP6, Frame.icmp(ECHO6, 1)), PASS),
        Arguments.of("v6 echo behind options", behind(OPTIONS, ICMP6, ECHO6), PASS),
        Arguments.of("v6 redirect", discovery(137), DROP),
        Arguments.of("v6 neighbour solicitation", discovery(135), PASS),
        Arguments.of("v6 router solicitation", discovery(133), PASS),
        Arguments.of("v6 forwarded solicitation", Frame.ipv6(ICMP6, Frame.icmp(135, 0)), DROP),
        Arguments.of("v6 solicitation behind options", behind(OPTIONS, ICMP6, 135), DROP),
        Arguments.of("v6 multicast listener", discovery(143), DROP),
        Arguments.of("v6 INIT, allowed", Frame.ipv6(SCTP, Frame.sctp(1, ALLOWED, 1)), PASS),
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
    endpoint(Mode.NONE, Mode.ENFORCE, SOME_DEVICE);
    assertThat(run(Hooks.FROM_POD, frame, SOME_DEVICE, 0)).isEqualTo(expected);
  }

  /** Only on its way out: there is no listener for what enters a pod. */
  @Test
  void aDatagramIsSteeredUnlessItComesInFragments() throws Exception {
    byte[] query = Frame.udp(1, STEERED);
    byte[] fragment = Frame.ipv4(0x45, 0x2000, UDP, query);
    for (byte[] frame : List.of(Frame.ipv4(UDP, query), Frame.ipv6(UDP, query))) {
      enforce(true, true);
      assertThat(run(Hooks.TO_POD, frame, SOME_DEVICE, 0)).isEqualTo(DROP);
      assertThat(run(Hooks.FROM_POD, frame, SOME_DEVICE, 0)).as("no listener").isEqualTo(DROP);
      endpoint(Mode.NONE, Mode.ENFORCE, SOME_DEVICE);
      assertThat(run(Hooks.FROM_POD, frame, SOME_DEVICE, 0)).isEqualTo(REDIRECT);
      assertThat(run(Hooks.FROM_POD, fragment, SOME_DEVICE, 0)).isEqualTo(DROP);
    }
  }

  /** Answered from where it was met, with or without a listener; but a reset never is. */
  @Test
  void aSegmentOfNoConnectionIsResetWhereItCouldOnlyBeSteered() throws Exception {
    enforce(true, true);
    for (boolean ipv6 : new boolean[] {false, true}) {
      byte[] segment = tcp(ipv6, Frame.ACK);
      byte[] reset = tcp(ipv6, Frame.RST | Frame.ACK);
      for (Hook hook : new Hook[] {Hooks.TO_POD, Hooks.FROM_POD}) {
        assertThat(run(hook, segment, SOME_DEVICE, 0)).isEqualTo(REDIRECT);
        assertThat(run(hook, reset, SOME_DEVICE, 0)).isEqualTo(DROP);
        assertThat(run(hook, tcp(ipv6, 0), SOME_DEVICE, 0)).isEqualTo(DROP);
      }
      int ours = 0x202;
      assertThat(run(Hooks.FROM_POD, reset, SOME_DEVICE, ours)).isEqualTo(PASS);
      assertThat(run(Hooks.TO_POD, reset, IFINDEX, ours)).isEqualTo(PASS);
      assertThat(run(Hooks.TO_POD, reset, SOME_DEVICE, ours)).as("from elsewhere").isEqualTo(DROP);
      assertThat(run(Hooks.FROM_POD, segment, SOME_DEVICE, ours)).isEqualTo(REDIRECT);
    }
  }

  private static byte[] tcp(boolean ipv6, int flags) {
    byte[] segment = Frame.tcp(STEERED, flags);
    return ipv6 ? Frame.ipv6(TCP, segment) : Frame.ipv4(TCP, segment);
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
      assertThat(run(Hooks.FROM_POD, Frame.ipv4(UDP, Frame.udp(1, ALLOWED)), context))
          .isEqualTo(PASS);
      assertThat(context.get(JAVA_INT, MARK)).isZero();
    }
  }

  @Test
  void reportsAreBoundedAndTheRestIsCounted() throws Exception {
    enforce(true, false);
    List<Event> events = new ArrayList<>();
    byte[] denied = Frame.ipv4(TCP, Frame.tcp(DENIED, Frame.SYN));
    int runs = 1000;
    long before = counts.suppressed();
    long began = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      into(denied);
    }
    long seconds = (System.nanoTime() - began) / 1_000_000_000L + 1;
    events.addAll(reported());
    assertThat(events).hasSizeBetween(100, (int) Math.min(runs, 100 * (seconds + 1)));
    assertThat(counts.suppressed() - before).isEqualTo(runs - events.size());
    counts.retainAll(List.of());
    assertThat(counts.suppressed() - before).isEqualTo(runs - events.size());
  }

  /** A rule that names the world is about groups and broadcasts too, and no other rule is. */
  @ParameterizedTest
  @ValueSource(strings = {"224.0.0.251", "239.1.2.3", "255.255.255.255", "ff02::fb", "ff0e::1"})
  void whatGoesToManyGoesToTheWorld(String group) throws Exception {
    String pod = group.indexOf(':') >= 0 ? "fd01::2" : "10.1.0.2";
    byte[] frame = Frame.between(pod, group, UDP, Frame.udp(5353, 5353));
    enforce(true, true);
    PolicyKeys keys = new PolicyKeys();
    keys.add(ENDPOINT, true, POD, UDP, 0, 65535, value(Action.ALLOW));
    keys.add(ENDPOINT, true, HOST, UDP, 0, 65535, value(Action.ALLOW));
    keys.add(ENDPOINT, false, WORLD, UDP, 0, 65535, value(Action.ALLOW));
    policy(keys);
    assertThat(outOf(frame)).isEqualTo(DROP);
    assertThat(reported()).extracting(Event::identity).containsExactly(WORLD);
    keys.add(ENDPOINT, true, WORLD, UDP, 5353, 5353, value(Action.ALLOW));
    policy(keys);
    assertThat(outOf(frame)).isEqualTo(PASS);
  }

  @Test
  void theVerifierIsFarFromItsLimit() throws Exception {
    for (Hook hook : List.of(Hooks.FROM_POD, Hooks.TO_POD, Hooks.INTO_PROXY)) {
      assertThat(programs.of(hook).verifiedInstructions())
          .as(hook.program())
          .isBetween(1, MOST_VERIFIED);
    }
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

  private static byte[] behind(int header, int protocol, int icmpType) {
    return Frame.ipv6(header, Frame.extension(protocol, 1), Frame.icmp(icmpType, 1));
  }

  private static byte[] routed(int segmentsLeft, byte[] tcp) {
    byte[] header = Frame.extension(TCP, 1);
    header[3] = (byte) segmentsLeft;
    return Frame.ipv6(ROUTING, header, tcp);
  }

  /** With the hop limit that says that nobody forwarded it. */
  private static byte[] discovery(int type) {
    return Frame.between("fe80::1", "ff02::1", ICMP6, Frame.icmp(type, 0), new byte[16]);
  }
}
