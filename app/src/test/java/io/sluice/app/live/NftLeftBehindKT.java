package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The same with nftables, from one kind of steering to the other, and with rules of others. */
class NftLeftBehindKT extends LeftBehindKT {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Override
  String[] options() {
    return new String[] {"--steer=nft"};
  }

  @Test
  void anAgentThatSteersTheOtherWayLeavesNothingOfItsPredecessor() throws IOException {
    String before = everythingOfTheKernel();
    node.startAgent("--steer=tc").kill();
    AgentProcess byNft = node.startAgent("--steer=nft");
    await().atMost(LIMIT).until(() -> node.programsOn(node.server) == 0);
    assertThat(status("GET", "/public/x")).isEqualTo(200);
    assertThat(byNft.admin("/status").body())
        .contains("\"steer\":\"nft\"", "records no flows of it");
    byNft.kill();
    node.startAgent("--steer=tc").kill();
    await().atMost(LIMIT).until(() -> !ruleset().contains("sluice"));
    assertThat(node.programsOn(node.server)).isEqualTo(2);
    assertThat(node.sluice("cleanup").exit()).isZero();
    assertThat(everythingOfTheKernel()).isEqualTo(before);
  }

  /** Services that manage rules like to flush all there are. */
  @Test
  void whatSomebodyElseFlushesComesBackAndTheirRulesStay() {
    node.startAgent(options());
    node.lab.node().run("nft", "flush", "ruleset");
    node.lab.node().run("nft", "add", "table", "inet", "others");
    await().atMost(LIMIT).until(() -> node.noByte(node.stranger, node.server, false));
    assertThat(ruleset()).contains("table inet sluice", "table inet others");
  }

  private String ruleset() {
    return node.lab.node().run("nft", "list", "ruleset").output();
  }
}
