package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Zone;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One agent takes over from another while clients go on: no query and no request is lost. */
class TakeOverKT {
  private static final Duration PAUSE = Duration.ofMillis(5);

  @ParameterizedTest
  @ValueSource(strings = {"tc", "nft"})
  void noRequestIsLost(String steer) throws Exception {
    String option = "--steer=" + steer;
    try (LiveNode node = new LiveNode();
        Traffic traffic = new Traffic()) {
      // There is none to take over from.
      AgentProcess agent = node.startAgent(option, "--take-over");
      Talker patient = talker(node, false, 1_000_000);
      traffic.repeat("a kept connection", PAUSE, patient::ask);
      traffic.repeat("a kept connection, IPv6", PAUSE, talker(node, true, 1_000_000)::ask);
      traffic.repeat("a connection each", PAUSE, talker(node, false, 1)::ask);
      traffic.repeat("a connection each, IPv6", PAUSE, talker(node, true, 1)::ask);
      traffic.repeat(
          "a stranger",
          PAUSE,
          () -> assertThat(node.noByte(node.stranger, node.server, false)).isTrue());
      int times = steer.equals("tc") ? 2 : 1;
      for (int i = 0; i < times; i++) {
        agent = node.takeOver(agent, option);
      }
      traffic.stop();
      assertThat(traffic.failures()).isEmpty();
      assertThat(traffic.done()).isGreaterThan(100);
      assertThat(patient.toldToClose()).isEqualTo(times);
      assertThat(node.programsOn(node.server)).isEqualTo(steer.equals("tc") ? 2 : 0);
      assertThat(agent.terminate()).isZero();
    }
  }

  @Test
  void noQueryIsLostAndNoAnswerComesBeforeItsAddressCanBeUsed() throws Exception {
    try (DnsNode node = new DnsNode();
        Traffic traffic = new Traffic()) {
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch answer = new CountDownLatch(1);
      node.zone.with("known.amazonaws.com", 600, "198.19.0.1");
      node.zone.with("slow.amazonaws.com", 600, "198.19.0.2");
      node.serve(
          (message, tcp) -> {
            List<byte[]> messages = node.zone.to(message, tcp);
            if (Zone.name(message).startsWith("slow")) {
              asked.countDown();
              answer.await(20, TimeUnit.SECONDS);
            }
            return messages;
          });
      AgentProcess before = node.startAgent();
      node.ask("known.amazonaws.com", false);
      for (boolean v6 : new boolean[] {false, true}) {
        traffic.ask(node.uploader.network(), node.server(v6), 100, "known.amazonaws.com");
      }
      AtomicInteger number = new AtomicInteger();
      traffic.repeat("new names", PAUSE, () -> node.lookUpAndReach(number.incrementAndGet()));
      traffic.repeat("what is known", PAUSE, () -> node.reach("198.19.0.1"));

      try (RawConnection kept =
          RawConnection.open(node.uploader.network(), node.source(false), node.server(false), 53)) {
        AgentProcess next = node.startTakeOver();
        // Asked of the one before as it lets go, and answered when the next is in charge.
        await()
            .atMost(Duration.ofSeconds(40))
            .pollInterval(Duration.ofMillis(10))
            .until(() -> next.log().contains("another agent takes over"));
        byte[] query = Lookup.query(1, "slow.amazonaws.com", Lookup.A);
        kept.out().write(new byte[] {0, (byte) query.length});
        kept.out().write(query);
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        await()
            .pollInterval(Duration.ofMillis(10))
            .until(() -> next.log().split("enforcing on", -1).length == 3);
        answer.countDown();
        DataInputStream in = new DataInputStream(kept.in());
        assertThat(Lookup.read(in.readNBytes(in.readUnsignedShort())).addresses())
            .containsExactly("198.19.0.2");
        node.reach("198.19.0.2");
      }
      assertThat(before.awaitExit()).isZero();

      traffic.stop();
      assertThat(traffic.failures()).isEmpty();
      assertThat(number.get()).isGreaterThan(50);
      assertThat(traffic.unanswered()).as("of " + traffic.sent()).isZero();
      assertThat(node.sluice("fqdn", "explain", "slow.amazonaws.com").output())
          .contains("198.19.0.2");
    }
  }

  @Test
  void anAgentThatCannotTakeOverLeavesTheOtherAsItWas() throws Exception {
    try (DnsNode node = new DnsNode();
        Traffic traffic = new Traffic();
        ServerSocket taken =
            node.lab
                .node()
                .call(() -> new ServerSocket(9903, 1, InetAddress.getLoopbackAddress()))) {
      node.zone.with("known.amazonaws.com", 600, "198.19.0.1");
      node.serve(node.zone);
      AgentProcess agent = node.startAgent();
      node.ask("known.amazonaws.com", false);
      traffic.ask(node.uploader.network(), node.server(false), 50, "known.amazonaws.com");
      AtomicInteger number = new AtomicInteger();
      traffic.repeat("new names", PAUSE, () -> node.lookUpAndReach(number.incrementAndGet()));

      AgentProcess bad = node.startTakeOver(node.config("nonsense: true\n"));
      assertThat(bad.awaitExit()).as("a configuration that can't be read").isEqualTo(2);
      AgentProcess other = node.startTakeOver("--steer=nft");
      assertThat(other.awaitExit()).as("another steering").isEqualTo(2);
      // Found out only when the other has let go of everything.
      AgentProcess late = node.startTakeOver("--admin=127.0.0.1:" + taken.getLocalPort());
      assertThat(late.awaitExit()).as("a taken port").isEqualTo(3);
      await().atMost(Duration.ofSeconds(20)).until(() -> agent.log().contains("this one goes on"));
      assertThat(agent.awaitReady().process().isAlive()).isTrue();

      AgentProcess next = node.startTakeOver();
      assertThat(agent.awaitExit()).isZero();
      next.awaitReady();
      traffic.stop();
      assertThat(traffic.failures()).isEmpty();
      assertThat(traffic.unanswered()).as("of " + traffic.sent()).isZero();
    }
  }

  private static Talker talker(LiveNode node, boolean v6, int mostRequests) {
    return new Talker(
        node.frontend.network(),
        v6 ? node.frontend.ipv6() : node.frontend.ipv4(),
        v6 ? node.server.ipv6() : node.server.ipv4(),
        mostRequests);
  }
}
