package io.sluice.dns.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.dns.UdpAsker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Steered datagrams on a real kernel: a client, a node and a server as namespaces, with nftables in
 * the place of the eBPF programs. The server must see the client's own address, the client must get
 * its answer from the very address that it asked, and every packet of the proxy carries its mark.
 */
@Timeout(60)
class SteeredUdpKT {
  private static final String PREFIX = "sl-dns-";
  private static final String MINE = PREFIX + ProcessHandle.current().pid();
  private static final String CLIENT = MINE + "-client";
  private static final String NODE = MINE + "-node";
  private static final String SERVER = MINE + "-server";

  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void raise() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root") && runs("nft", "--version"),
        "needs root and nft: network namespaces can't be made");
    remove();
    for (String name : List.of(CLIENT, NODE, SERVER)) {
      run("ip netns add " + name);
      run("ip -n " + name + " link set lo up");
    }
    join(CLIENT, 1);
    join(SERVER, 2);
    for (String setting :
        List.of(
            "net.ipv4.ip_forward=1",
            "net.ipv6.conf.all.forwarding=1",
            "net.ipv4.ip_early_demux=0",
            "net.ipv4.conf.all.rp_filter=0")) {
      inNode("sysctl -qw " + setting);
    }
    for (String family : List.of("-4", "-6")) {
      run("ip -n " + NODE + " " + family + " rule add fwmark 0x200/0xf00 lookup 2004 pref 9");
      run("ip -n " + NODE + " " + family + " route add local default dev lo table 2004");
    }
  }

  @AfterEach
  void remove() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    processes.clear();
    for (String line : run("ip netns list").lines().toList()) {
      String name = line.split(" ")[0];
      if (name.startsWith(PREFIX) && (name.startsWith(MINE + "-") || isLeftOver(name))) {
        run("ip netns del " + name);
      }
    }
  }

  /** Whether the test run that made it was killed. */
  private static boolean isLeftOver(String name) {
    String pid = name.substring(PREFIX.length()).split("-")[0];
    return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }

  @Test
  void answersFromTheServersAddressOverIpv4() throws Exception {
    carries(0, "10.204.1.2", "10.204.2.2", "ip", "127.0.0.1");
  }

  @Test
  void answersFromTheServersAddressOverIpv6() throws Exception {
    carries(1, "fd04:1::2", "fd04:2::2", "ip6", "[::1]");
  }

  private void carries(
      int listener, String client, String server, String nftFamily, String loopback)
      throws Exception {
    int port = startProxy().get(listener);
    // The queries' rule first: the socket that answers are sent by has the server's address too.
    inNodeReading(
        """
        table inet steer {
          counter answers {}
          counter upstream {}
          counter unmarked {}
          chain pre {
            type filter hook prerouting priority mangle;
            iifname v1 %1$s daddr %2$s udp dport 53 tproxy %1$s to %3$s:%4$d meta mark set 0x200 accept
            meta l4proto udp socket transparent 1 socket wildcard 0 meta mark set 0x200 accept
          }
          chain out {
            type filter hook output priority 0;
            %1$s saddr %2$s udp sport 53 meta mark 0x900 counter name answers accept
            %1$s saddr %5$s udp dport 53 meta mark 0xb00 counter name upstream accept
            meta l4proto udp counter name unmarked
          }
        }
        """
            .formatted(nftFamily, server, loopback, port, client));
    Process answering = start(SERVER, "python3", "-c", SERVER_SCRIPT, server);
    assertThat(line(answering)).isEqualTo("BOUND");

    Process asker =
        start(
            CLIENT,
            "python3",
            "-c",
            CLIENT_SCRIPT,
            server,
            hex("a.example.com."),
            hex("evil.org."));
    assertThat(line(asker)).as("allowed").isEqualTo("%s 53 code 0".formatted(server));
    assertThat(line(asker)).as("refused").isEqualTo("%s 53 code 5".formatted(server));
    assertThat(asker.waitFor()).isZero();
    assertThat(line(answering)).isEqualTo("asked by " + client);

    assertThat(packets("answers")).isEqualTo(2);
    assertThat(packets("upstream")).isEqualTo(1);
    assertThat(packets("unmarked")).isZero();
  }

  private static String hex(String name) throws IOException {
    return HexFormat.of().formatHex(UdpAsker.query(7, name));
  }

  private static final String SERVER_SCRIPT =
      """
      import socket, sys
      s = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
      s.bind((sys.argv[1], 53))
      print('BOUND', flush=True)
      query, peer = s.recvfrom(4096)
      s.sendto(query[:2] + bytes([query[2] | 0x80]) + query[3:], peer)
      print('asked by ' + peer[0], flush=True)
      """;
  private static final String CLIENT_SCRIPT =
      """
      import socket, sys
      s = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
      s.settimeout(10)
      for query in sys.argv[2:]:
        s.sendto(bytes.fromhex(query), (sys.argv[1], 53))
        answer, peer = s.recvfrom(4096)
        print('%s %d code %d' % (peer[0], peer[1], answer[3] & 15), flush=True)
      """;

  private List<Integer> startProxy() throws IOException {
    Process proxy =
        start(
            NODE,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            SteeredDnsMain.class.getName(),
            "10.204.1.2",
            "fd04:1::2");
    return List.of(Integer.parseInt(port(proxy)), Integer.parseInt(port(proxy)));
  }

  /** Logs may come before it. */
  private static String port(Process proxy) throws IOException {
    String line = line(proxy);
    while (!line.matches("\\d+")) {
      line = line(proxy);
    }
    return line;
  }

  private static long packets(String counter) throws Exception {
    String text = run("ip netns exec " + NODE + " nft list counter inet steer " + counter);
    return Long.parseLong(text.replaceAll("(?s).*packets (\\d+) .*", "$1"));
  }

  private static void join(String name, int net) throws Exception {
    run("ip -n " + NODE + " link add v" + net + " type veth peer name eth0 netns " + name);
    run("ip -n " + NODE + " addr add 10.204." + net + ".1/24 dev v" + net);
    run("ip -n " + NODE + " addr add fd04:" + net + "::1/64 dev v" + net + " nodad");
    run("ip -n " + NODE + " link set v" + net + " up");
    run("ip -n " + name + " addr add 10.204." + net + ".2/24 dev eth0");
    run("ip -n " + name + " addr add fd04:" + net + "::2/64 dev eth0 nodad");
    run("ip -n " + name + " link set eth0 up");
    run("ip -n " + name + " route add default via 10.204." + net + ".1");
    run("ip -n " + name + " -6 route add default via fd04:" + net + "::1");
  }

  private static void inNode(String command) throws Exception {
    run("ip netns exec " + NODE + " " + command);
  }

  private static void inNodeReading(String rules) throws Exception {
    Path file = Files.createTempFile("steer", ".nft");
    try {
      Files.writeString(file, rules);
      inNode("nft -f " + file);
    } finally {
      Files.delete(file);
    }
  }

  private Process start(String namespace, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    Process process =
        new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    return process;
  }

  private static String line(Process process) throws IOException {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    String line = reader.readLine();
    assertThat(line).as("the process ended: %s", process.info()).isNotNull();
    return line;
  }

  private static String run(String command) throws Exception {
    Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
    return output;
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }
}
