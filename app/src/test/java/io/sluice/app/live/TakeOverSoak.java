package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.AgentProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Agents that come and go while a pod asks 1,000 times a second: half of them take over, and not
 * one query is lost; half are killed, and learned addresses keep working until names do again.
 *
 * <p>{@code sluice.restarts} says how often in all.
 */
class TakeOverSoak {
  private static final int HALF = Integer.getInteger("sluice.restarts", 6) / 2;
  private static final int QUERIES_PER_SECOND = 1_000;
  private static final int PORTS = 4;

  /** How exactly it is known when names are back. */
  private static final int ANSWER_MILLIS = 50;

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final String KNOWN = "known.amazonaws.com";
  private static final String KNOWN_ADDRESS = "198.19.0.1";

  @Test
  void namesAndAddressesOutliveTheirAgents() throws Exception {
    try (DnsNode node = new DnsNode()) {
      node.zone.with(KNOWN, 86_400, KNOWN_ADDRESS);
      node.serve(node.zone);
      AgentProcess agent = node.startAgent();
      node.ask(KNOWN, false);
      agent = takeOvers(node, agent);
      kills(node, agent);
    }
  }

  private static AgentProcess takeOvers(DnsNode node, AgentProcess first) throws Exception {
    AgentProcess agent = first;
    try (Traffic queries = queries(node);
        Traffic connections = new Traffic()) {
      AtomicInteger number = new AtomicInteger();
      connections.repeat("new names", PAUSE, () -> node.lookUpAndReach(number.incrementAndGet()));
      connections.repeat("what is known", PAUSE, () -> node.reach(KNOWN_ADDRESS));
      for (int i = 0; i < HALF; i++) {
        agent = node.takeOver(agent);
      }
      connections.stop();
      queries.stop();
      System.out.printf(
          "%d take-overs: %d queries, %d of them lost, to %d of which the agent had no answer; %d"
              + " connections to learned addresses, %d of"
              + " them failed; load %s%n",
          HALF,
          queries.sent(),
          queries.unanswered(),
          queries.refused(),
          connections.done(),
          connections.failures().size(),
          load());
      assertThat(connections.failures()).isEmpty();
      assertThat(queries.unanswered()).isZero();
      assertThat(queries.refused()).isZero();
    }
    return agent;
  }

  private static void kills(DnsNode node, AgentProcess first) throws Exception {
    AgentProcess agent = first;
    List<Long> ready = new ArrayList<>();
    List<Long> answered = new ArrayList<>();
    try (Traffic queries = queries(node);
        Traffic connections = new Traffic()) {
      connections.repeat("what is known", PAUSE, () -> node.reach(KNOWN_ADDRESS));
      byte[] query = Lookup.query(1, KNOWN, Lookup.A);
      for (int i = 0; i < HALF; i++) {
        agent.kill();
        long killed = System.nanoTime();
        agent = node.startUnready();
        while (Lookup.raw(node.uploader, node.server(false), query, ANSWER_MILLIS) == null) {
          assertThat(System.nanoTime() - killed).isLessThan(Duration.ofSeconds(60).toNanos());
        }
        answered.add(millisSince(killed));
        agent.awaitReady();
        ready.add(millisSince(killed));
      }
      connections.stop();
      queries.stop();
      System.out.printf(
          "%d kills: names are back after %s, the agent is ready after %s; %d of %d queries had no"
              + " answer meanwhile; %d connections to a learned address, %d of them failed; load"
              + " %s%n",
          HALF,
          spread(answered),
          spread(ready),
          queries.unanswered(),
          queries.sent(),
          connections.done(),
          connections.failures().size(),
          load());
      assertThat(connections.failures()).isEmpty();
      assertThat(Collections.max(answered)).isLessThan(Collections.max(ready) + 1_000);
    }
  }

  private static Traffic queries(DnsNode node) {
    Traffic queries = new Traffic();
    for (int i = 0; i < PORTS; i++) {
      String server = node.server(i % 2 == 1);
      queries.ask(node.uploader.network(), server, QUERIES_PER_SECOND / PORTS, KNOWN);
    }
    return queries;
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  private static String spread(List<Long> millis) {
    List<Long> sorted = millis.stream().sorted().toList();
    return "%d to %d ms (median %d)"
        .formatted(sorted.getFirst(), sorted.getLast(), sorted.get(sorted.size() / 2));
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
  }
}
