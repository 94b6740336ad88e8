package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The clients that pods have, asking the server that many clusters have: unbound. */
class DnsClientsKT {
  private static final String ZONE =
      """
      server:
        interface: 0.0.0.0
        interface: ::0
        access-control: 0.0.0.0/0 allow
        access-control: ::0/0 allow
        chroot: ""
        username: ""
        directory: ""
        use-syslog: no
        module-config: "iterator"
        max-udp-size: 4096
        local-zone: "." static
        local-data: "s3.amazonaws.com. 60 IN A 203.0.113.15"
        local-data: "s3.amazonaws.com. 60 IN AAAA 2001:db8:5::15"
      """;

  private static DnsNode node;
  private static Path servers;
  private static Path muslResolver;

  @BeforeAll
  static void raise() throws Exception {
    node = new DnsNode();
    StringBuilder zone = new StringBuilder(ZONE);
    for (int records : new int[] {40, 85, 300}) {
      for (int i = 1; i <= records; i++) {
        zone.append(
            "  local-data: \"of-%d.amazonaws.com. 60 IN A %s\"%n".formatted(records, address(i)));
      }
    }
    Path config = node.lab.directory().resolve("unbound.conf");
    Files.writeString(config, zone);
    Process unbound =
        new ProcessBuilder(
                node.dns.network().enter(List.of("unbound", "-d", "-p", "-c", config.toString())))
            .redirectErrorStream(true)
            .redirectOutput(node.lab.directory().resolve("unbound.log").toFile())
            .start();
    node.opening(unbound::destroyForcibly);
    node.startAgent(node.config("dns: {reject: nxdomain}"));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> dig(false, "s3.amazonaws.com", "+tries=1", "+time=1").contains("NOERROR"));

    servers = node.lab.directory().resolve("resolv.conf");
    Files.writeString(
        servers,
        """
        nameserver %s
        search data-pipeline.svc.cluster.local svc.cluster.local amazonaws.com
        options ndots:5
        """
            .formatted(node.server(false)));
    muslResolver = node.lab.directory().resolve("resolve");
    Command.Result compiled =
        Command.run(
            null,
            List.of(
                "musl-gcc",
                "-static",
                "-Wall",
                "-o",
                muslResolver.toString(),
                "src/test/c/resolve.c"));
    assertThat(compiled.exit()).as(compiled.errors()).isZero();
  }

  private static String address(int number) {
    return "198.18." + number / 256 + "." + number % 256;
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  private static String dig(boolean v6, String name, String... options) {
    List<String> command =
        new ArrayList<>(List.of("dig", "@" + node.server(v6), name, v6 ? "AAAA" : "A"));
    command.addAll(List.of(options));
    return node.uploader.network().run(command.toArray(String[]::new)).output();
  }

  @ParameterizedTest
  @CsvSource({
    "false, +notcp", "true, +notcp", "false, +tcp", "true, +tcp",
    "false, +noedns", "true, +noedns", "false, +bufsize=4096", "true, +dnssec",
    "false, +nocookie", "true, +subnet=192.0.2.0/24", "false, +nordflag"
  })
  void digFindsWhatIsAllowed(boolean v6, String option) {
    String address = v6 ? "2001:db8:5::15" : "203.0.113.15";
    assertThat(dig(v6, "s3.amazonaws.com", option))
        .contains("status: NOERROR", address)
        .doesNotContain("WARNING: Message has", "warning", "Got bad packet");
  }

  @ParameterizedTest
  @CsvSource({"false, +notcp", "true, +notcp", "false, +tcp", "true, +noedns"})
  void digIsToldWhyARefusedNameIsNotThere(boolean v6, String option) {
    String said = dig(v6, "evil.example.org", option);
    assertThat(said).contains("status: NXDOMAIN", "SOA").doesNotContain("Got bad packet");
    if (!option.equals("+noedns")) {
      assertThat(said).contains("EDE: 18 (Prohibited)");
    }
  }

  /** More than the 512 bytes of plain DNS: cut by the server, then asked for over TCP. */
  @Test
  void whatDoesNotFitIsCutAndComesOverTcp() {
    assertThat(dig(false, "of-40.amazonaws.com", "+noedns", "+ignore"))
        .contains("flags: qr aa tc rd ra");
    assertThat(dig(false, "of-40.amazonaws.com", "+noedns"))
        .contains("Truncated, retrying in TCP mode", "ANSWER: 40");
  }

  @ParameterizedTest
  @CsvSource({
    "of-40, +bufsize=1232, 40", // 674 bytes in one datagram
    "of-85, +bufsize=1452, 85", // more than the 1,232 that most ask for, in one datagram
    "of-300, +tcp, 300", // more than 4,096
    "of-300, +bufsize=1232, 300"
  })
  void largeAnswersComeWhole(String name, String option, int records) throws IOException {
    String said = dig(false, name + ".amazonaws.com", option);
    assertThat(said).contains("status: NOERROR", "ANSWER: " + records + ",");
    try (RawConnection last = node.connect(address(records))) {
      assertThat(last.status("GET", "/")).as("the last address of them").isEqualTo(200);
    }
  }

  /** Both families asked for from one socket, each name of the search list refused before it. */
  @ParameterizedTest
  @ValueSource(strings = {"s3", "s3.amazonaws.com"})
  void muslFindsBothFamiliesThroughItsSearchList(String name) {
    assertThat(resolved(muslResolver.toString(), name))
        .containsExactlyInAnyOrder("203.0.113.15", "2001:db8:5::15");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3", "s3.amazonaws.com"})
  void glibcFindsBothFamiliesThroughItsSearchList(String name) {
    assertThat(resolved("getent", "ahosts", name))
        .filteredOn(line -> line.contains("STREAM"))
        .extracting(line -> line.split(" ", 2)[0])
        .containsExactlyInAnyOrder("203.0.113.15", "2001:db8:5::15");
  }

  private static List<String> resolved(String... command) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
                servers.toString()));
    line.addAll(List.of(command));
    Command.Result found = node.uploader.network().run(line.toArray(String[]::new));
    assertThat(found.exit()).as(found.errors()).isZero();
    return found.output().lines().toList();
  }
}
