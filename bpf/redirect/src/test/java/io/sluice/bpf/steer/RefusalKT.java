package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.bpf.steer.JudgedPacket.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel refuses is reported with all that is known about it. */
class RefusalKT extends OnNode {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusedAtIngress(boolean ipv6) throws Exception {
    Queue<JudgedPacket> refused = new ConcurrentLinkedQueue<>();
    datapath.onVerdict(refused::add);
    apply(podTwo(true, false), in(POD_TWO, ONE, true));
    Instant before = Instant.now();
    assertSilence(node.outside, Node.podTwo(ipv6));

    await().until(() -> !refused.isEmpty());
    JudgedPacket packet = refused.peek();
    assertThat(packet)
        .isEqualTo(
            new JudgedPacket(
                packet.time(),
                POD_TWO,
                false,
                PolicyEntry.TCP,
                Node.outside(ipv6),
                packet.sourcePort(),
                Node.podTwo(ipv6),
                PORT,
                OUTSIDE,
                false,
                false,
                0,
                Reason.NOT_ALLOWED,
                true,
                false));
    assertThat(packet.time())
        .isBetween(before.minus(Duration.ofMillis(50)), Instant.now().plusMillis(50));
    assertThat(packet.sourcePort()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusedAtEgress(boolean ipv6) throws Exception {
    Queue<JudgedPacket> refused = new ConcurrentLinkedQueue<>();
    datapath.onVerdict(refused::add);
    apply(podOne(false, true), out(POD_ONE, OUTSIDE, true));
    assertSilence(node.one, Node.outside(ipv6));
    assertSilence(node.one, Node.node(ipv6));

    await()
        .untilAsserted(
            () ->
                assertThat(refused)
                    .extracting(
                        JudgedPacket::endpoint,
                        JudgedPacket::egress,
                        JudgedPacket::source,
                        JudgedPacket::destination,
                        JudgedPacket::destinationPort,
                        JudgedPacket::identity,
                        JudgedPacket::reason)
                    .contains(
                        org.assertj.core.groups.Tuple.tuple(
                            POD_ONE,
                            true,
                            Node.podOne(ipv6),
                            Node.outside(ipv6),
                            PORT,
                            OUTSIDE,
                            Reason.NO_PROXY),
                        org.assertj.core.groups.Tuple.tuple(
                            POD_ONE,
                            true,
                            Node.podOne(ipv6),
                            Node.node(ipv6),
                            PORT,
                            2,
                            Reason.NOT_ALLOWED)));
  }
}
