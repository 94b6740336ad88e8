package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.PolicyKeys;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long the programs remember a connection that is quiet, by its protocol and its state. Of one
 * that is remembered packets pass that no rule allows any more, as long as nobody tells of that.
 */
class ConnectionTimesKT extends ProgramRuns {
  private static final Duration NO_ANSWER = Duration.ofMinutes(1);
  private static final Duration DATAGRAMS = Duration.ofMinutes(3);
  private static final Duration STREAM = Duration.ofHours(6);
  private static final Duration MARGIN = Duration.ofSeconds(3);

  private static final int FRIEND = 300;
  private static final int PORT = 53;
  private static final int HIGH = 40000;
  private static final int FIN = 0x01;

  private static final int DATA = 0;
  private static final int INIT = 1;
  private static final int ABORT = 6;
  private static final int SHUTDOWN = 7;
  private static final int SHUTDOWN_COMPLETE = 14;

  /** Where {@code struct conntrack} has {@code seen}. */
  private static final int SEEN = 0;

  @BeforeEach
  void allow() throws Exception {
    peer("10.1.0.1", FRIEND, 0);
    enforce(true, true);
    PolicyKeys keys = new PolicyKeys();
    for (int protocol : new int[] {TCP, UDP, SCTP}) {
      keys.add(ENDPOINT, false, FRIEND, protocol, PORT, PORT, value(Action.ALLOW));
    }
    keys.add(ENDPOINT, false, FRIEND, ICMP, 8, 8, value(Action.ALLOW));
    policy(keys);
  }

  private static byte[] tcpIn(int flags) {
    return Frame.between("10.1.0.1", "10.1.0.2", TCP, Frame.tcp(HIGH, PORT, flags, 5));
  }

  private static byte[] tcpOut(int flags) {
    return Frame.between("10.1.0.2", "10.1.0.1", TCP, Frame.tcp(PORT, HIGH, flags, 5));
  }

  private static byte[] sctpIn(int chunk) {
    return Frame.between("10.1.0.1", "10.1.0.2", SCTP, Frame.sctp(HIGH, PORT, chunk));
  }

  private static byte[] sctpOut(int chunk) {
    return Frame.between("10.1.0.2", "10.1.0.1", SCTP, Frame.sctp(PORT, HIGH, chunk));
  }

  private static byte[] udpIn() {
    return Frame.between("10.1.0.1", "10.1.0.2", UDP, Frame.udp(HIGH, PORT));
  }

  private static byte[] udpOut() {
    return Frame.between("10.1.0.2", "10.1.0.1", UDP, Frame.udp(PORT, HIGH));
  }

  private static byte[] echo(boolean reply) {
    return reply
        ? Frame.between("10.1.0.2", "10.1.0.1", ICMP, Frame.icmp(0, 7))
        : Frame.between("10.1.0.1", "10.1.0.2", ICMP, Frame.icmp(8, 7));
  }

  @Test
  void whatNothingHasAnsweredIsForgottenAfterAMinute() throws Exception {
    assertRemembered(NO_ANSWER, udpIn(), () -> passes(udpIn()));
    assertRemembered(NO_ANSWER, echo(false), () -> passes(echo(false)));
    assertRemembered(NO_ANSWER, tcpIn(Frame.SYN), () -> passes(tcpIn(Frame.SYN)));
    assertRemembered(NO_ANSWER, sctpIn(INIT), () -> passes(sctpIn(INIT)));
  }

  @Test
  void datagramsThatWereAnsweredAreRememberedForThreeMinutes() throws Exception {
    assertRemembered(
        DATAGRAMS,
        udpIn(),
        () -> {
          passes(udpIn());
          answers(udpOut());
        });
    assertRemembered(
        DATAGRAMS,
        echo(false),
        () -> {
          passes(echo(false));
          answers(echo(true));
        });
  }

  @Test
  void anOpenStreamIsRememberedForSixHours() throws Exception {
    assertRemembered(STREAM, tcpIn(Frame.ACK), ConnectionTimesKT::openTcp);
    assertRemembered(
        STREAM,
        tcpIn(Frame.ACK),
        () -> {
          openTcp();
          passes(tcpIn(FIN | Frame.ACK));
          answers(tcpOut(Frame.ACK));
        });
    assertRemembered(STREAM, sctpIn(DATA), ConnectionTimesKT::openSctp);
    assertRemembered(
        STREAM,
        sctpIn(DATA),
        () -> {
          openSctp();
          passes(sctpIn(SHUTDOWN));
        });
  }

  @Test
  void aStreamThatHasEndedIsForgottenAfterAMinute() throws Exception {
    assertRemembered(
        NO_ANSWER,
        tcpIn(Frame.ACK),
        () -> {
          openTcp();
          passes(tcpIn(FIN | Frame.ACK));
          answers(tcpOut(FIN | Frame.ACK));
        });
    assertRemembered(
        NO_ANSWER,
        tcpIn(Frame.ACK),
        () -> {
          openTcp();
          answers(tcpOut(Frame.RST));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {ABORT, SHUTDOWN_COMPLETE})
  void anAssociationThatHasEndedIsForgottenAfterAMinute(int last) throws Exception {
    assertRemembered(
        NO_ANSWER,
        sctpIn(DATA),
        () -> {
          openSctp();
          passes(sctpIn(last));
        });
    assertRemembered(
        NO_ANSWER,
        sctpIn(DATA),
        () -> {
          openSctp();
          answers(sctpOut(last));
        });
  }

  private static void openTcp() throws Exception {
    passes(tcpIn(Frame.SYN));
    answers(tcpOut(Frame.SYN | Frame.ACK));
    passes(tcpIn(Frame.ACK));
  }

  private static void openSctp() throws Exception {
    passes(sctpIn(INIT));
    answers(sctpOut(INIT + 1));
    passes(sctpIn(DATA));
  }

  private static void passes(byte[] frame) throws Exception {
    assertThat(into(frame)).isEqualTo(PASS);
  }

  private static void answers(byte[] frame) throws Exception {
    assertThat(outOf(frame)).isEqualTo(PASS);
  }

  private interface Packets {
    void go() throws Exception;
  }

  /** Whether a packet of a connection still belongs to it just before a time, and not after. */
  private void assertRemembered(Duration limit, byte[] packet, Packets before) throws Exception {
    before.go();
    policy.retainAll(Map.of());
    lastSeen(limit.minus(MARGIN));
    assertThat(into(packet)).as("before %s", limit).isEqualTo(PASS);
    lastSeen(limit.plus(MARGIN));
    assertThat(into(packet)).as("after %s", limit).isEqualTo(DROP);
    forget();
    allow();
  }

  /** By the clock of the programs, which is that of {@link System#nanoTime}. */
  private static void lastSeen(Duration ago) throws BpfException {
    BpfMap conntrack = programs.map("conntrack");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(conntrack.shape().keyBytes(), 8);
      MemorySegment value = arena.allocate(conntrack.shape().valueBytes(), 8);
      assertThat(conntrack.next(MemorySegment.NULL, key)).isTrue();
      assertThat(conntrack.get(key, value)).isTrue();
      value.set(JAVA_LONG, SEEN, System.nanoTime() - ago.toNanos());
      conntrack.put(key, value);
      assertThat(conntrack.next(key, key)).as("another connection").isFalse();
    }
  }
}
