package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.sluice.bpf.steer.JudgedPacket.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod that may do in its own namespace whatever it likes does not get past a policy. */
class EscapeKT extends OnNode {

  /** Marks are how the proxy's packets are known; those that a pod sets are worth nothing. */
  @ParameterizedTest
  @ValueSource(ints = {0x202, 0x900, 0xa00, 0xb00})
  void aForgedMarkOpensNothing(int mark) throws Exception {
    for (boolean ipv6 : new boolean[] {false, true}) {
      server(node.outside, Node.outside(ipv6));
      server(node.two, Node.podTwo(ipv6));
    }
    apply(
        List.of(podOne(true, true), podTwo(true, false)),
        out(POD_ONE, TWO, false),
        in(POD_TWO, OUTSIDE, true));
    for (boolean ipv6 : new boolean[] {false, true}) {
      assertNoWay(mark, null, Node.outside(ipv6));
      assertNoWay(mark, null, Node.podTwo(ipv6));
    }
  }

  /** Only IPv6: of IPv4 the node itself drops what could not come back the same way. */
  @Test
  void aForgedSourceIsStoppedAtItsOwnInterface() throws Exception {
    assertForgedSourceIsStopped(
        podOne(false, true),
        packet -> packet.endpoint() == POD_ONE && packet.reason() == Reason.SPOOFED);
  }

  /** Its own interface lets it go, because nothing is enforced there. */
  @Test
  void aForgedSourceDoesNotChangeWhoAPodIsToOthers() throws Exception {
    assertForgedSourceIsStopped(
        podOne(false, false), packet -> packet.identity() == ONE && !packet.passed());
  }

  /** Pod one says to be what pod two allows; each packet of it must be judged in that way. */
  private void assertForgedSourceIsStopped(EndpointEntry podOne, Predicate<JudgedPacket> stopped)
      throws Exception {
    Queue<JudgedPacket> judged = new ConcurrentLinkedQueue<>();
    datapath.onVerdict(judged::add);
    server(node.two, Node.podTwo(true));
    InetAddress forged = Node.outside(true);
    node.one.ip("addr add " + forged.getHostAddress() + "/128 dev eth0 nodad");
    try {
      apply(List.of(podOne, podTwo(true, false)), in(POD_TWO, OUTSIDE, false));
      assertNoWay(0, forged, Node.podTwo(true));
      await()
          .untilAsserted(
              () ->
                  assertThat(judged)
                      .filteredOn(packet -> packet.source().equals(forged))
                      .isNotEmpty()
                      .allMatch(stopped));
    } finally {
      node.one.ip("addr del " + forged.getHostAddress() + "/128 dev eth0");
    }
  }

  /** From pod one, by a connection with a mark and a source of its choice. */
  private static void assertNoWay(int mark, @Nullable InetAddress source, InetAddress to)
      throws Exception {
    Tcp.Failed failed =
        catchThrowableOfType(
            Tcp.Failed.class,
            () ->
                node.one.call(
                    () -> {
                      try (Tcp client =
                          source == null
                              ? Tcp.make(to.getAddress().length == 16, 1)
                              : Tcp.boundTo(new InetSocketAddress(source, 0), 1)) {
                        client.mark(mark);
                        client.connect(new InetSocketAddress(to, PORT));
                        return null;
                      }
                    }));
    assertThat(failed).as("to " + to + " with mark " + mark).isNotNull();
    assertThat(failed.errno).isEqualTo(Tcp.EINPROGRESS);
  }
}
