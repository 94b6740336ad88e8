package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.WorldFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the command line refuses, with which exit code, and what it says. */
class CommandLineKT {
  private static Lab lab;
  private static WorldFolder world;

  @BeforeAll
  static void raise() {
    lab = Lab.raise();
    world = new WorldFolder(lab);
    world.writeCluster("default");
  }

  @AfterAll
  static void remove() {
    lab.close();
  }

  @Test
  void versionAndHelp() {
    assertThat(sluice("--version").output()).startsWith("sluice ");
    assertThat(sluice("--help").output()).contains("agent", "demo", "status", "cleanup");
    Command.Result keys = sluice("agent", "--help-config");
    assertThat(keys.exit()).isZero();
    assertThat(keys.output()).contains("16384").contains("65536");
  }

  @Test
  void unknownConfigurationKeyIsNamedWithFileAndLine() throws IOException {
    Path config =
        Files.writeString(lab.directory().resolve("c.yaml"), "# nothing\nno-such-key: 1\n");
    refused(2, "c.yaml:2", "agent", "--world=" + world.path(), "--config=" + config);
  }

  @Test
  void whatDoesNotGoTogetherIsNamed() throws IOException {
    Path config =
        Files.writeString(lab.directory().resolve("d.yaml"), "dns: {fail: known-names}\n");
    refused(
        2,
        "dns.fail: known-names does not go with --steer nft",
        "agent",
        "--world=" + world.path(),
        "--node=n1",
        "--steer=nft",
        "--config=" + config);
  }

  @Test
  void nodeMustBeKnown() {
    refused(2, "n1, n2", "agent", "--world=" + world.path());
    refused(2, "n1, n2", "agent", "--world=" + world.path(), "--node=n3");
  }

  @Test
  void worldMustExist() {
    refused(2, "/no/such/folder", "agent", "--world=/no/such/folder");
    refused(2, "--world", "agent");
    refused(2, "--control", "agent", "--world=" + world.path(), "--control=unix:/x");
  }

  @Test
  void anUnknownChoiceIsNamed() {
    refused(2, "always", "agent", "--world=" + world.path(), "--node=n1", "--short-cut=always");
  }

  @Test
  void privilegesThatAreMissingAreNamed() {
    List<String> line =
        new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    line.addAll(List.of(AgentProcess.launcher(), "agent", "--world=" + world.path(), "--node=n1"));
    Command.Result result = Command.run(null, lab.enterNode(line));
    assertThat(result.exit()).as(result.errors()).isEqualTo(3);
    assertThat(result.errors()).contains("CAP_NET_ADMIN").doesNotContain("\tat ");
  }

  @Test
  void takenAdminPortIsNamed() throws IOException {
    try (RawServer taken = RawServer.start(lab.node(), 9901, socket -> {})) {
      assertThat(taken.open()).isZero();
      refused(3, "9901", "agent", "--world=" + world.path(), "--node=n1");
    }
  }

  @Test
  void statusWithoutAnAgentIsANo() {
    refused(1, "no agent", "status");
  }

  private static void refused(int exit, String part, String... arguments) {
    Command.Result result = sluice(arguments);
    assertThat(result.exit()).as(result.errors()).isEqualTo(exit);
    assertThat(result.errors()).contains(part).doesNotContain("\tat ");
  }

  private static Command.Result sluice(String... arguments) {
    List<String> line = new ArrayList<>(List.of(AgentProcess.launcher()));
    line.addAll(List.of(arguments));
    return Command.run(null, lab.enterNode(line));
  }
}
