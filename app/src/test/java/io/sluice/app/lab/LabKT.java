package io.sluice.app.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabKT {

  @Test
  void podsReachEachOtherTheNodeAndWhatIsBehindTheUplink() {
    try (Lab lab = Lab.raise()) {
      Pod client = lab.addPod("default/client");
      Pod server = lab.addPod("default/server");
      try (WebServer inPod = WebServer.start(server.network(), 80);
          WebServer outside = WebServer.start(lab.outside(), 80)) {
        for (boolean v6 : new boolean[] {false, true}) {
          String clientAddress = v6 ? client.ipv6() : client.ipv4();
          assertThat(curl(client.network(), server.urlHost(v6)))
              .isEqualTo("hello " + shown(clientAddress));
          assertThat(curl(client.network(), v6 ? "[" + Lab.WORLD_V6 + "]" : Lab.WORLD_V4))
              .isEqualTo("hello " + shown(clientAddress));
          assertThat(curl(lab.node(), server.urlHost(v6)))
              .isEqualTo("hello " + shown(v6 ? Lab.NODE_V6 : Lab.NODE_V4));
          assertThat(curl(lab.outside(), server.urlHost(v6)))
              .isEqualTo("hello " + shown(v6 ? Lab.OTHER_NODE_V6 : Lab.OTHER_NODE_V4));
        }
        assertThat(inPod.seen()).hasSize(6);
        assertThat(outside.seen()).hasSize(2);
      }
    }
  }

  @Test
  void nothingRemainsAfterClose() {
    Path directory;
    List<String> names;
    Process sleeper;
    try (Lab lab = Lab.raise()) {
      Pod pod = lab.addPod("default/pod");
      directory = lab.directory();
      names = List.of(lab.node().name(), lab.outside().name(), pod.network().name());
      sleeper = start(pod.network().enter(List.of("sleep", "60")));
    }
    assertThat(directory).doesNotExist();
    assertThat(NetworkNamespace.named("sluice-lab-").stream().map(NetworkNamespace::name))
        .doesNotContainAnyElementsOf(names);
    assertThat(sleeper.onExit()).succeedsWithin(java.time.Duration.ofSeconds(5));
  }

  @Test
  void whatAProcessThatIsGoneHasLeftIsSweptUp() throws Exception {
    Process owner = start(List.of("true"));
    owner.waitFor();
    String abandoned = "sluice-lab-" + owner.pid() + "-1";
    Command.check(null, "ip", "netns", "add", abandoned + "-node");
    Path directory = Files.createDirectory(Path.of("/tmp", abandoned));
    Files.writeString(directory.resolve("file"), "text");

    Lab.sweep();

    assertThat(directory).doesNotExist();
    assertThat(NetworkNamespace.named(abandoned)).isEmpty();
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new LabException("can't start " + command, e);
    }
  }

  private static String curl(NetworkNamespace from, String host) {
    return from.run("curl", "-sS", "--globoff", "--max-time", "5", "http://" + host + "/")
        .output()
        .strip();
  }

  /** The form in which Java prints an address. */
  private static String shown(String address) {
    return java.net.InetAddress.ofLiteral(address).getHostAddress();
  }
}
