package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.bpf.steer.Datapath;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An agent that fails to take over from another: that one goes on, and nothing is lost. */
class TakeBackKT {
  private static final String NFT = "--steer=nft";
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

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
      AgentProcess agent = node.startAgent(NFT);
      node.ask("known.amazonaws.com", false);
      traffic.ask(node.uploader.network(), node.server(false), 50, "known.amazonaws.com");
      AtomicInteger number = new AtomicInteger();
      traffic.repeat("new names", PAUSE, () -> node.lookUpAndReach(number.incrementAndGet()));

      AgentProcess bad = node.startTakeOver(NFT, node.config("nonsense: true\n"));
      assertThat(bad.awaitExit()).as("a configuration that can't be read").isEqualTo(2);
      AgentProcess other = node.startTakeOver("--steer=tc");
      assertThat(other.awaitExit()).as("another steering").isEqualTo(2);
      // Found out only when the other has let go of everything.
      AgentProcess late = node.startTakeOver(NFT, "--admin=127.0.0.1:" + taken.getLocalPort());
      assertThat(late.awaitExit()).as("a taken port").isEqualTo(3);
      await().atMost(Duration.ofSeconds(20)).until(() -> agent.log().contains("this one goes on"));
      assertThat(agent.awaitReady().process().isAlive()).isTrue();

      AgentProcess next = node.startTakeOver(NFT);
      assertThat(agent.awaitExit()).isZero();
      next.awaitReady();
      traffic.stop();
      assertThat(traffic.failures()).isEmpty();
      assertThat(traffic.unanswered())
          .as("of " + traffic.sent() + ", failed " + traffic.refused())
          .isZero();
    }
  }

  @Test
  void anAgentThatHangsOrIsKilledWhileNobodyIsInChargeGivesEverythingBack() throws Exception {
    try (DnsNode node = new DnsNode()) {
      node.zone.with("known.amazonaws.com", 600, "198.19.0.1");
      node.serve(node.zone);
      AgentProcess agent = node.startAgent();
      node.ask("known.amazonaws.com", false);

      try (HeldUp hung = holdUp(node, agent, "known")) {
        node.reach("198.19.0.1");
        assertThat(hung.agent().awaitExit()).as("it ends itself").isEqualTo(3);
      }
      assertGoesOn(node, agent, 1);

      try (HeldUp killed = holdUp(node, agent, "n1")) {
        killed.agent().kill();
      }
      assertGoesOn(node, agent, 2);

      // Nobody has asked for its name, and so only the policy opens it.
      assertThat(node.noByte("203.0.113.77", 443)).isTrue();
      node.world.delete("policy.yaml");
      await().until(() -> !node.noByte("203.0.113.77", 443));
      assertThat(agent.terminate()).isZero();
    }
  }

  private static void assertGoesOn(DnsNode node, AgentProcess agent, int times) throws Exception {
    await().atMost(PATIENCE).until(() -> occurrences(agent, "): this one goes on") == times);
    agent.awaitReady();
    node.reach("198.19.0.1");
    node.lookUpAndReach(times);
    assertThat(node.ask("evil.example.org", false).addresses()).isEmpty();
  }

  /** An agent that waits for the end of a file, which we write. */
  private record HeldUp(AgentProcess agent, OutputStream file) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /**
   * Starts an agent that takes over, and lets it get to where it has been given everything and is
   * not in charge: there it reads the file of names, and that does not end. What it reads of it
   * before that is nothing.
   *
   * @param saved the first label of the name that the agent in charge has learned last
   */
  private static HeldUp holdUp(DnsNode node, AgentProcess before, String saved) throws Exception {
    int asked = occurrences(before, "another agent takes over");
    // From here on nothing is learned, and so the one in charge does not write it again.
    await().atMost(PATIENCE).until(() -> savedNames(node).contains((char) saved.length() + saved));
    Path file = namesFile(node);
    Files.delete(file);
    Command.run(null, List.of("mkfifo", file.toString()));
    AgentProcess next = node.startTakeOver();
    writer(file).close();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> occurrences(before, "another agent takes over") > asked);
    OutputStream writer = writer(file);
    Files.delete(file);
    return new HeldUp(next, writer);
  }

  /** Waits until somebody reads. */
  private static OutputStream writer(Path pipe) throws Exception {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return new FileOutputStream(pipe.toFile());
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
            })
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static String savedNames(DnsNode node) throws IOException {
    Path file = namesFile(node);
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }

  private static Path namesFile(DnsNode node) {
    Path state = node.lab.directory().resolve("state");
    return node.lab.node().call(() -> Datapath.stateOfNamespace(state)).resolve("names");
  }

  private static int occurrences(AgentProcess agent, String text) {
    return agent.log().split(Pattern.quote(text), -1).length - 1;
  }
}
