package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.attach.Hook;
import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.PolicyKeys;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers at every length and with every number: what can't be judged never passes. */
class EdgesKT extends ProgramRuns {
  private static final int ALLOWED = 9090;
  private static final int DENIED = 22;
  private static final int ECHO = 8;
  private static final int ECHO6 = 128;
  private static final int ETHERNET = 14;
  private static final int V4 = ETHERNET + 20;
  private static final int V6 = ETHERNET + 40;
  private static final int HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int OPTIONS = 60;

  /** As much as a test run takes in one piece. */
  private static final int LARGE = 3_000;

  @BeforeEach
  void allowOnePort() throws Exception {
    PolicyKeys keys = new PolicyKeys();
    for (boolean egress : new boolean[] {false, true}) {
      for (int protocol : new int[] {TCP, UDP, SCTP}) {
        keys.add(ENDPOINT, egress, ANY, protocol, ALLOWED, ALLOWED, value(Action.ALLOW));
      }
      keys.add(ENDPOINT, egress, ANY, ICMP, ECHO, ECHO, value(Action.ALLOW));
      keys.add(ENDPOINT, egress, ANY, ICMP6, ECHO6, ECHO6, value(Action.ALLOW));
    }
    policy(keys);
    enforce(true, true);
  }

  /** Name, a frame that may pass, and how many of its bytes a verdict needs. */
  static Stream<Arguments> allowedFrames() {
    byte[] tcp = Frame.tcp(ALLOWED, Frame.SYN);
    byte[] udp = Frame.udp(1, ALLOWED);
    byte[] sctp = Frame.sctp(1, ALLOWED, 1);
    return Stream.of(
        Arguments.of("TCP", Frame.ipv4(TCP, tcp), V4 + 20),
        Arguments.of("UDP", Frame.ipv4(UDP, udp), V4 + 8),
        Arguments.of("SCTP", Frame.ipv4(SCTP, sctp), V4 + 13),
        Arguments.of("echo", Frame.ipv4(ICMP, Frame.icmp(ECHO, 1)), V4 + 8),
        Arguments.of("options", Frame.ipv4(0x4f, 0, TCP, tcp), V4 + 40 + 20),
        Arguments.of("v6 TCP", Frame.ipv6(TCP, tcp), V6 + 20),
        Arguments.of("v6 UDP", Frame.ipv6(UDP, udp), V6 + 8),
        Arguments.of("v6 SCTP", Frame.ipv6(SCTP, sctp), V6 + 13),
        Arguments.of("v6 echo", Frame.ipv6(ICMP6, Frame.icmp(ECHO6, 1)), V6 + 8),
        Arguments.of("v6 hop-by-hop", Frame.ipv6(HOP, Frame.extension(TCP, 2), tcp), V6 + 24 + 20),
        Arguments.of(
            "v6 hop-by-hop, routing, options",
            Frame.ipv6(
                HOP,
                Frame.extension(ROUTING, 0),
                Frame.extension(OPTIONS, 1),
                Frame.extension(UDP, 0),
                udp),
            V6 + 8 + 16 + 8 + 8),
        Arguments.of(
            "v6 fragment", Frame.ipv6(FRAGMENT, Frame.fragment(UDP, 0, true), udp), V6 + 8 + 8));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("allowedFrames")
  void cutAnywhereItPassesOnlyWithAllThatAVerdictNeeds(String name, byte[] frame, int needed)
      throws Exception {
    // A test run wants the whole fixed header of the IP that it is.
    for (int length = name.startsWith("v6") ? V6 : V4; length <= frame.length; length++) {
      assertEverywhere(
          name + " cut to " + length, Arrays.copyOf(frame, length), length >= needed ? PASS : DROP);
    }
  }

  @Test
  void everyHeaderLengthOfIpv4() throws Exception {
    for (int words = 0; words < 16; words++) {
      byte[] options = new byte[Math.max(0, words - 5) * 4];
      for (int port : new int[] {ALLOWED, DENIED}) {
        byte[] frame = Frame.ipv4(0x40 | words, 0, TCP, Frame.tcp(port, Frame.SYN));
        // The ports of the policy's choice stand where a wrong header length would look, too.
        Arrays.fill(frame, V4, V4 + options.length, (byte) (ALLOWED >> 8));
        assertEverywhere(
            "header length " + words + ", port " + port,
            frame,
            words >= 5 && port == ALLOWED ? PASS : DROP);
      }
    }
  }

  @Test
  void everyDataOffsetOfTcp() throws Exception {
    for (int words = 0; words < 16; words++) {
      assertEverywhere(
          "data offset " + words,
          Frame.ipv4(TCP, Frame.tcp(ALLOWED, Frame.SYN, words), new byte[40]),
          words >= 5 ? PASS : DROP);
    }
  }

  @Test
  void everyProtocolNumber() throws Exception {
    // All three that have ports have them in the same place.
    List<Integer> withPorts = List.of(TCP, UDP, SCTP);
    for (int protocol = 0; protocol < 256; protocol++) {
      byte[] tcp = Frame.tcp(ALLOWED, Frame.SYN);
      int expected = withPorts.contains(protocol) ? PASS : DROP;
      assertEverywhere("protocol " + protocol, Frame.ipv4(protocol, tcp), expected);
      assertEverywhere("next header " + protocol, Frame.ipv6(protocol, tcp), expected);
      assertEverywhere(
          "next header " + protocol + " behind options",
          Frame.ipv6(OPTIONS, Frame.extension(protocol, 0), tcp),
          expected);
    }
  }

  @Test
  void everyLengthOfAnExtensionHeader() throws Exception {
    for (int said = 0; said < 256; said++) {
      byte[] header = Frame.extension(TCP, Math.min(said, 20));
      header[1] = (byte) said;
      for (int type : new int[] {HOP, ROUTING, OPTIONS}) {
        assertEverywhere(
            "extension header " + type + " of " + said,
            Frame.ipv6(type, header, Frame.tcp(ALLOWED, Frame.SYN)),
            said <= 20 ? PASS : DROP);
      }
    }
  }

  /** However often, with whatever number: a tag hides nothing. */
  @Test
  void everyTag() throws Exception {
    byte[] allowed = Frame.ipv4(TCP, Frame.tcp(ALLOWED, Frame.SYN));
    for (int outer : new int[] {0x8100, 0x88a8, 0x9100}) {
      for (int inner : new int[] {0x0800, 0x86dd, 0x8100, 0x88a8}) {
        byte[] tag = {0, 0, (byte) (inner >> 8), (byte) inner};
        byte[] another = inner == 0x8100 || inner == 0x88a8 ? new byte[] {0, 5, 8, 0} : new byte[0];
        assertEverywhere(
            Integer.toHexString(outer) + " " + Integer.toHexString(inner),
            Frame.of(outer, tag, another, Frame.packetOf(allowed)),
            DROP);
      }
    }
  }

  @Test
  void largePacketsAreJudgedLikeSmallOnes() throws Exception {
    for (int port : new int[] {ALLOWED, DENIED}) {
      int expected = port == ALLOWED ? PASS : DROP;
      byte[] v4 = Frame.ipv4(UDP, Frame.udp(1, port));
      byte[] v6 = Frame.ipv6(UDP, Frame.udp(1, port));
      assertEverywhere("large", Arrays.copyOf(v4, LARGE), expected);
      assertEverywhere("v6 large", Arrays.copyOf(v6, LARGE), expected);
      // RFC 2675: its length stands in an option.
      byte[] jumbo = {UDP, 0, (byte) 0xc2, 4, 0, 1, 0, 0};
      byte[] jumbogram = Frame.ipv6(HOP, jumbo, Frame.udp(1, port));
      jumbogram[ETHERNET + 4] = 0;
      jumbogram[ETHERNET + 5] = 0;
      assertEverywhere("v6 jumbogram", Arrays.copyOf(jumbogram, LARGE), expected);
    }
  }

  /** Into the pod and out of it; what the one direction knows must not help in the other. */
  private static void assertEverywhere(String name, byte[] frame, int expected) throws Exception {
    for (Hook hook : List.of(Hooks.TO_POD, Hooks.FROM_POD)) {
      forgetConnections();
      assertThat(run(hook, frame, SOME_DEVICE, 0)).as("%s: %s", hook, name).isEqualTo(expected);
    }
  }
}
