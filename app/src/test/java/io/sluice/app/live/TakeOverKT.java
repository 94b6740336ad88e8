package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Zone;
import java.io.DataInputStream;
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
  @ValueSource(strings = {"--steer=tc --short-cut=on", "--steer=nft"})
  void noRequestIsLost(String steer) throws Exception {
    String[] options = steer.split(" ");
    try (LiveNode node = new LiveNode();
        Traffic traffic = new Traffic()) {
      // There is none to take over from.
      AgentProcess agent = node.startTakeOver(options).awaitReady();
      Talker patient = talker(node, false, 1_000_000);
      traffic.repeat("a kept connection", PAUSE, patient::ask);
      traffic.repeat("a kept connection, IPv6", PAUSE, talker(node, true, 1_000_000)::ask);
      traffic.repeat("a connection each", PAUSE, talker(node, false, 1)::ask);
      traffic.repeat("a connection each, IPv6", PAUSE, talker(node, true, 1)::ask);
      traffic.repeat("a slow transfer", PAUSE, () -> upload(node));
      traffic.repeat(
          "a stranger",
          PAUSE,
          () -> assertThat(node.noByte(node.stranger, node.server, false)).isTrue());
      boolean tc = steer.contains("tc");
      int times = tc ? 2 : 1;
      for (int i = 0; i < times; i++) {
        agent = node.takeOver(agent, options);
      }
      traffic.stop();
      assertThat(traffic.failures()).isEmpty();
      assertThat(traffic.done()).isGreaterThan(100);
      assertThat(patient.toldToClose()).isEqualTo(times);
      assertThat(node.programsOn(node.server)).isEqualTo(tc ? 2 : 0);
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
      AgentProcess before = node.startAgent(node.config("takeOver: {drain: 60s}"));
      node.ask("known.amazonaws.com", false);
      for (boolean v6 : new boolean[] {false, true}) {
        traffic.ask(node.uploader.network(), node.server(v6), 100, "known.amazonaws.com");
      }
      AtomicInteger number = new AtomicInteger();
      traffic.repeat("new names", PAUSE, () -> node.lookUpAndReach(number.incrementAndGet()));
      traffic.repeat("what is known", PAUSE, () -> node.reach("198.19.0.1"));

      try (RawConnection kept = node.connectToServer();
          RawConnection unfinished = node.connectToServer()) {
        unfinished.out().write(0);
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

        // It waits for the rest of a query as long as it may; a signal ends that.
        long told = System.nanoTime();
        assertThat(before.process().isAlive()).isTrue();
        assertThat(before.terminate()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(10));
      }

      traffic.stop();
      assertThat(traffic.failures()).isEmpty();
      assertThat(number.get()).isGreaterThan(50);
      assertThat(traffic.unanswered())
          .as("of " + traffic.sent() + ", failed " + traffic.refused())
          .isZero();
      assertThat(node.sluice("fqdn", "explain", "slow.amazonaws.com").output())
          .contains("198.19.0.2");
    }
  }

  /** A request that takes two seconds. */
  private static void upload(LiveNode node) throws Exception {
    try (RawConnection connection =
        RawConnection.open(node.frontend.network(), node.server.ipv4(), 80)) {
      connection.send(RawConnection.request("POST", "/api/v1/upload", "Content-Length: 20"));
      for (int i = 0; i < 20; i++) {
        TimeUnit.MILLISECONDS.sleep(100);
        connection.send("x");
      }
      assertThat(connection.read(false).status()).isEqualTo(200);
    }
  }

  private static Talker talker(LiveNode node, boolean v6, int mostRequests) {
    return new Talker(
        node.frontend.network(), v6 ? node.server.ipv6() : node.server.ipv4(), mostRequests);
  }
}
