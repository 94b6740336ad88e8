package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Mixed traffic for as long as {@code sluice.soak.minutes} says, while the policy changes every
 * second: no verdict may be wrong, and neither memory nor connections may pile up.
 */
class Soak {
  private static final int CLIENTS = 8;
  private static final int REQUESTS_PER_CONNECTION = 50;
  private static final long MOST_GROWTH_KIB = 40 * 1024;
  private static final Duration WARM_UP = Duration.ofSeconds(30);

  @Test
  void nothingPilesUp() throws Exception {
    long minutes = Long.getLong("sluice.soak.minutes", 10);
    try (LiveNode node = new LiveNode();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      AgentProcess agent = node.startAgent();
      long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
      AtomicLong requests = new AtomicLong();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(i);
        running.add(
            clients.submit(
                () -> {
                  while (System.nanoTime() < end) {
                    requests.addAndGet(converse(node, random));
                  }
                  return null;
                }));
      }
      long warm = 0;
      long started = System.nanoTime();
      for (int edit = 0; System.nanoTime() < end; edit++) {
        // Names a path that nobody asks for: verdicts stay, snapshots change.
        node.world.write("policy.yaml", LiveNode.L7_RULE.replace("upload", "upload|/never" + edit));
        Thread.sleep(1_000);
        if (warm == 0 && System.nanoTime() - started > WARM_UP.toNanos()) {
          warm = agent.residentKib();
        }
      }
      for (Future<?> client : running) {
        client.get();
      }
      long last = agent.residentKib();
      System.out.printf(
          "soak: %d requests, %d MB resident after warm-up, %d MB at the end%n",
          requests.get(), warm / 1024, last / 1024);
      assertThat(last - warm)
          .as("KiB more than the %d after warm-up", warm)
          .isLessThan(MOST_GROWTH_KIB);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  agent
                      .admin("/metrics")
                      .body()
                      .contains("sluice_connections{direction=\"ingress\"} 0.0"));
      // Each such collection would have stopped all traffic.
      assertThat(agent.admin("/metrics").body())
          .contains("jvm_gc_pause_seconds_count")
          .doesNotContain("cause=\"CodeCache GC Threshold\"");
      assertThat(agent.terminate()).isZero();
    }
  }

  /** One connection with some requests, sometimes left in the middle; returns how many it made. */
  private static int converse(LiveNode node, Random random) throws IOException {
    int count = random.nextInt(REQUESTS_PER_CONNECTION);
    try (RawConnection connection =
        node.connect(node.frontend, node.server, random.nextBoolean())) {
      for (int i = 0; i < count; i++) {
        switch (random.nextInt(5)) {
          case 0 -> expect(connection.status("GET", "/api/v1/data?" + i), 200);
          case 1 -> expect(connection.status("GET", "/public/" + i), 200);
          case 2 -> expect(connection.status("DELETE", "/public/" + i), 403);
          case 3 -> {
            String body = "x".repeat(random.nextInt(20_000));
            String head = "Content-Length: " + body.length();
            String request = RawConnection.request("POST", "/api/v1/upload", head);
            expect(connection.ask(request + body).status(), 200);
          }
          default -> {
            String denied = RawConnection.request("GET", "/secret");
            connection.send(denied + RawConnection.request("GET", "/api/v1/data"));
            expect(connection.read(false).status(), 403);
            expect(connection.read(false).status(), 200);
          }
        }
      }
      if (random.nextBoolean()) {
        connection.send("GET /api/v1/data HTTP/1.1\r\nHost: left in the mid");
      }
      return count;
    }
  }

  private static void expect(int status, int expected) {
    assertThat(status).isEqualTo(expected);
  }
}
