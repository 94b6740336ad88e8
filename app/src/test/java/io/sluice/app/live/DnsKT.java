package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NameServer;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example policy with DNS rules and names, live. */
class DnsKT {
  private static final String OTHER_SERVERS =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: other-servers, namespace: data-pipeline}
      spec:
        endpointSelector: {matchLabels: {app: uploader}}
        egress:
          - toEntities: [host, world]
            toPorts:
              - ports: [{port: "53", protocol: ANY}]
                rules: {dns: [{matchName: s3.amazonaws.com}]}
          - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system}}]
            toPorts:
              - ports: [{port: "5353", protocol: ANY}]
                rules: {dns: [{matchName: api.example.com}]}
          - toFQDNs: [{matchName: echo.amazonaws.com}]
            toPorts: [{ports: [{port: "4433", protocol: UDP}]}]
      """;

  private static final String SOFT_REFUSAL =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata:
        name: soft
        namespace: data-pipeline
        annotations: {policy.sluice.io/dns-reject: nxdomain}
      spec:
        endpointSelector: {matchLabels: {app: uploader}}
        egress:
          - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system}}]
            toPorts:
              - ports: [{port: "53", protocol: ANY}]
                rules: {dns: [{matchName: s3.amazonaws.com}]}
      """;

  private static DnsNode node;
  private static NameServer server;
  private static AgentProcess agent;

  @BeforeAll
  static void raise() {
    node = new DnsNode();
    node.zone
        .with("first.amazonaws.com", 60, "203.0.113.10", "2001:db8:5::10")
        .with("s3.amazonaws.com", 60, "203.0.113.15", "2001:db8:5::15")
        .with("tcp.amazonaws.com", 60, "203.0.113.20", "2001:db8:5::20")
        .with("short.amazonaws.com", 1, "203.0.113.30", "2001:db8:5::30")
        .with("api.example.com", 60, "203.0.113.40", "2001:db8:5::40")
        .with("other.example.com", 60, "203.0.113.50", "2001:db8:5::50")
        .with("echo.amazonaws.com", 1, "203.0.113.70", "2001:db8:5::70");
    server = node.serve(node.zone);
    for (String address : new String[] {Lab.NODE_V4, Lab.NODE_V6}) {
      node.serve(node.lab.node(), address);
    }
    for (String address : new String[] {Lab.WORLD_V4, Lab.WORLD_V6}) {
      node.serve(node.lab.outside(), address);
    }
    node.world.write("other-servers.yaml", OTHER_SERVERS);
    agent = node.startAgent(node.config("dns: {leastTtl: 1s, grace: 1s, learnHints: true}"));
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAllowedNameResolvesAndItsAddressIsReachedOnItsPortOnly(boolean v6) throws IOException {
    String address = v6 ? "2001:db8:5:0:0:0:0:10" : "203.0.113.10";
    assertThat(node.noByte(address, 443)).as("before anybody asked").isTrue();

    Lookup.Answer answer = node.ask("first.amazonaws.com", v6);
    assertThat(answer.code()).isZero();
    assertThat(answer.addresses()).containsExactly(address);
    try (RawConnection connection = node.connect(address)) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
    assertThat(node.noByte(address, 80)).as("another port").isTrue();
    assertThat(node.noByte(v6 ? "2001:db8:5::11" : "203.0.113.11", 443)).as("unlearned").isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSameOverTcpWithQueriesPipelined(boolean v6) throws IOException {
    List<Lookup.Answer> answers =
        Lookup.tcp(
            node.uploader,
            node.server(v6),
            v6 ? Lookup.AAAA : Lookup.A,
            "tcp.amazonaws.com",
            "evil.example.org",
            "api.example.com");
    assertThat(answers)
        .extracting(Lookup.Answer::id, Lookup.Answer::code)
        .containsExactlyInAnyOrder(tuple(0, 0), tuple(1, Lookup.REFUSED), tuple(2, 0));
    try (RawConnection connection = node.connect(v6 ? "2001:db8:5::20" : "203.0.113.20")) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsNotAllowedIsRefusedAndNeverForwarded(boolean v6) {
    assertThat(node.ask("other.example.com", v6).code()).isEqualTo(Lookup.REFUSED);
    assertThat(node.ask("amazonaws.com", v6).code()).isEqualTo(Lookup.REFUSED);
    assertThat(node.ask("a.b.amazonaws.com", v6).code()).isEqualTo(Lookup.REFUSED);
    assertThat(node.zone.asked())
        .doesNotContain("other.example.com", "amazonaws.com", "a.b.amazonaws.com");
    assertThat(node.noByte(v6 ? "2001:db8:5::50" : "203.0.113.50", 443)).isTrue();
  }

  /** One without addresses of its own. */
  @Test
  void whatARecordHintsAtIsReachedLikeAnAddress() throws IOException {
    node.zone.hinting("hints.amazonaws.com", 60, "203.0.113.60", "203.0.113.61");
    assertThat(node.noByte("203.0.113.61", 443)).as("before anybody asked").isTrue();

    assertThat(
            Lookup.raw(
                node.uploader,
                node.server(false),
                Lookup.query(1, "hints.amazonaws.com", Lookup.HTTPS)))
        .isNotNull();
    for (String address : List.of("203.0.113.60", "203.0.113.61")) {
      try (RawConnection connection = node.connect(address)) {
        assertThat(connection.status("GET", "/")).isEqualTo(200);
      }
    }
  }

  /** Of two policies that are about a server one has a word about it, as dig tells. */
  @Test
  void aPolicyMaySayThatWhatItRefusesIsNotThere() throws Exception {
    node.world.write("soft.yaml", SOFT_REFUSAL);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.ask("soft.example.org", false).code() == Lookup.NAME_ERROR);

    assertThat(dig(node.server(false), "+edns"))
        .contains("status: NXDOMAIN", "EDE: 18 (Prohibited)")
        .containsPattern("example\\.org\\.\\s+5\\s+IN\\s+SOA");
    assertThat(dig(node.server(true), "+noedns", "+tcp"))
        .contains("status: NXDOMAIN", "SOA", "ADDITIONAL: 0")
        .doesNotContain("OPT PSEUDOSECTION", "EDE");
    assertThat(node.ask("s3.amazonaws.com", false).addresses()).hasSize(1);
    assertThat(dig(Lab.NODE_V4, "+edns"))
        .as("a server of other policies")
        .contains("status: REFUSED", "EDE: 18 (Prohibited)")
        .doesNotContain("SOA");

    node.world.delete("soft.yaml");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.ask("soft.example.org", false).code() == Lookup.REFUSED);
  }

  private static String dig(String server, String... options) {
    List<String> command = new ArrayList<>(List.of("dig", "@" + server, "soft.example.org"));
    command.addAll(List.of(options));
    return node.uploader.network().run(command.toArray(String[]::new)).output();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAddressIsShutAfterItsTimeButNotWhileItIsConnectedTo(boolean v6) throws Exception {
    String address = v6 ? "2001:db8:5::30" : "203.0.113.30";
    node.ask("short.amazonaws.com", v6);
    try (RawConnection connection = node.connect(address)) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
      String known = v6 ? "2001:db8:5:0:0:0:0:30" : "203.0.113.30";
      // Two sweeps, and more than its time and the grace.
      await()
          .during(Duration.ofSeconds(12))
          .atMost(Duration.ofSeconds(14))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> agent.admin("/fqdn").body().contains(known));
      assertThat(connection.status("GET", "/")).as("open before").isEqualTo(200);
      try (RawConnection another = node.connect(address)) {
        assertThat(another.status("GET", "/")).as("as long as one lives").isEqualTo(200);
      }
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> node.noByte(address, 443));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theServerSeesThePodsOwnAddressAndNoOther(boolean v6) throws IOException {
    node.ask("s3.amazonaws.com", v6);
    Lookup.tcp(node.uploader, node.server(v6), Lookup.A, "s3.amazonaws.com");
    assertThat(server.askers())
        .contains(InetAddress.ofLiteral(node.source(v6)))
        .isSubsetOf(
            InetAddress.ofLiteral(node.uploader.ipv4()),
            InetAddress.ofLiteral(node.uploader.ipv6()));
  }

  @Test
  void flowsAndCommandsTell() {
    node.ask("s3.amazonaws.com", false);
    node.ask("evil.example.org", false);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(agent.flows())
                    .anyMatch(
                        flow ->
                            flow.contains("\"query\":\"s3.amazonaws.com.\"")
                                && flow.contains("\"ips\":[\"203.0.113.15\"]")
                                && flow.contains("allow-s3-egress"))
                    .anyMatch(
                        flow ->
                            flow.contains("\"query\":\"evil.example.org.\"")
                                && flow.contains("\"verdict\":\"DROPPED\"")));
    assertThat(node.sluice("fqdn", "list").output()).contains("s3.amazonaws.com.", "203.0.113.15");
    assertThat(node.sluice("fqdn", "explain", "s3.amazonaws.com").output())
        .contains("data-pipeline/uploader", "*.amazonaws.com", "data-pipeline/allow-s3-egress");
    assertThat(node.sluice("map", "dump", "fqdn").output()).contains("203.0.113.15");
    assertThat(agent.admin("/metrics").body())
        .contains(
            "sluice_dns_messages_total{outcome=\"answered\",rcode=\"NOERROR\",transport=\"udp\"}");
  }

  @Test
  void everyLookupIsFollowedByAConnectionAtOnce() throws IOException {
    assertThat(node.lookUpAndConnect(300)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {Lab.NODE_V4, Lab.NODE_V6, Lab.WORLD_V4, Lab.WORLD_V6})
  void serversOnTheNodeItselfAndElsewhereAreAskedToo(String server) {
    int type = server.indexOf(':') >= 0 ? Lookup.AAAA : Lookup.A;
    for (int i = 0; i < 3; i++) {
      assertThat(Lookup.udp(node.uploader, server, "s3.amazonaws.com", type).addresses())
          .hasSize(1);
    }
    assertThat(Lookup.udp(node.uploader, server, "api.example.com", type).code())
        .isEqualTo(Lookup.REFUSED);
    assertThat(Lookup.tcp(node.uploader, server, type, "s3.amazonaws.com", "api.example.com"))
        .extracting(Lookup.Answer::code)
        .containsExactlyInAnyOrder(0, Lookup.REFUSED);
  }

  /** It sends the queries for both families from one port, without waiting in between. */
  @Test
  void theResolverOfTheSystemFindsBothFamilies() throws Exception {
    Path servers = Files.createTempFile(node.lab.directory(), "resolv", ".conf");
    Files.writeString(servers, "nameserver " + node.server(false) + "\n");
    Command.Result found =
        node.uploader
            .network()
            .run(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount --bind \"$0\" /etc/resolv.conf && getent ahosts s3.amazonaws.com",
                servers.toString());
    assertThat(found.output()).contains("203.0.113.15", "2001:db8:5::15");
  }

  @Test
  void theResolverOfTheJvmIsToldWhatIsRefused() {
    Object found =
        node.uploader
            .network()
            .call(
                () -> {
                  DirContext names =
                      new InitialDirContext(
                          new Hashtable<>(
                              Map.of(
                                  Context.INITIAL_CONTEXT_FACTORY,
                                  "com.sun.jndi.dns.DnsContextFactory",
                                  Context.PROVIDER_URL,
                                  "dns://" + node.server(false))));
                  assertThatThrownBy(
                          () -> names.getAttributes("evil.example.org", new String[] {"A"}))
                      .isInstanceOf(NamingException.class)
                      .hasMessageContaining("response code 5");
                  return names.getAttributes("s3.amazonaws.com", new String[] {"A"}).get("A").get();
                });
    assertThat(found).isEqualTo("203.0.113.15");
  }

  @Test
  void fiftyQueriesOfOnePortAreKeptApartAlsoUnderOneNumber() throws Exception {
    for (int i = 0; i < 50; i++) {
      node.zone.with("q" + i + ".amazonaws.com", 60, "203.0.113." + (100 + i));
    }
    List<Lookup.Answer> answers = Lookup.burst(node.uploader, node.server(false), 50);
    assertThat(answers).hasSize(50).allMatch(answer -> answer.id() == 7 && answer.code() == 0);
    assertThat(answers.stream().flatMap(answer -> answer.addresses().stream()).distinct())
        .hasSize(50);
  }

  /** As a resolver does that has one port for both; on it another query waits meanwhile. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsCutComesOverTcpFromTheSamePort(boolean v6) throws Exception {
    String server = v6 ? "2001:db8:5::53" : "203.0.113.53";
    CountDownLatch held = new CountDownLatch(1);
    node.serve(
        node.lab.outside(),
        server,
        (message, tcp) -> {
          byte[] whole = node.zone.to(message, tcp).getFirst();
          if (message[message.length - 3] == Lookup.AAAA) {
            held.await(10, TimeUnit.SECONDS);
          }
          return List.of(tcp ? whole : cut(whole));
        });
    try (DatagramSocket udp = Lookup.udp(node.uploader, server)) {
      Lookup.send(udp, Lookup.query(9, "s3.amazonaws.com", Lookup.AAAA));
      Lookup.Answer cut = Lookup.udp(udp, "s3.amazonaws.com", Lookup.A);
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.addresses()).isEmpty();
      try (Socket tcp = Lookup.tcp(node.uploader, server, udp.getLocalPort())) {
        assertThat(tcp.getLocalPort()).isEqualTo(udp.getLocalPort());
        assertThat(Lookup.tcp(tcp, Lookup.A, "s3.amazonaws.com").getFirst().addresses())
            .containsExactly("203.0.113.15");
        held.countDown();
        assertThat(Lookup.read(Lookup.receive(udp)))
            .extracting(Lookup.Answer::id, Lookup.Answer::truncated)
            .containsExactly(9, true);
        assertThat(Lookup.tcp(tcp, Lookup.AAAA, "s3.amazonaws.com").getFirst().addresses())
            .containsExactly("2001:db8:5:0:0:0:0:15");
      }
    }
  }

  /** The answer of a server that says that there is more, and leaves all of it out. */
  private static byte[] cut(byte[] answer) {
    int end = 12;
    while (answer[end] != 0) {
      end += 1 + answer[end];
    }
    byte[] cut = Arrays.copyOf(answer, end + 5);
    cut[2] |= 2;
    cut[7] = 0;
    return cut;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRuleMayNameAnotherPort(boolean v6) throws IOException {
    node.opening(
        NameServer.start(
            node.dns.network(),
            new InetSocketAddress(InetAddress.ofLiteral(node.server(v6)), 5353),
            node.zone));
    String server = node.server(v6) + "#5353";
    int type = v6 ? Lookup.AAAA : Lookup.A;
    assertThat(Lookup.udp(node.uploader, server, "api.example.com", type).addresses()).hasSize(1);
    assertThat(Lookup.udp(node.uploader, server, "tcp.amazonaws.com", type).code())
        .as("of the rule for port 53")
        .isEqualTo(Lookup.REFUSED);
    assertThat(Lookup.tcp(node.uploader, server, type, "api.example.com", "tcp.amazonaws.com"))
        .extracting(Lookup.Answer::id, Lookup.Answer::code)
        .containsExactlyInAnyOrder(tuple(0, 0), tuple(1, Lookup.REFUSED));
    try (RawConnection connection = node.connect(v6 ? "2001:db8:5::40" : "203.0.113.40")) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
  }

  @Test
  void datagramsKeepTheirAddressOpenUntilTheyAreQuiet() throws Exception {
    try (DatagramSocket v4 = echoing(false);
        DatagramSocket v6 = echoing(true)) {
      // Two sweeps, and more than its time and the grace.
      await()
          .during(Duration.ofSeconds(12))
          .atMost(Duration.ofSeconds(14))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> echoes(v4) && echoes(v6));
      assertThat(agent.admin("/fqdn").body()).contains("203.0.113.70", "2001:db8:5:0:0:0:0:70");
      KernelTime.pass(node.lab.node(), Duration.ofMinutes(3));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !agent.admin("/fqdn").body().contains("echo.amazonaws.com"));
      assertThat(echoes(v4)).isFalse();
      assertThat(echoes(v6)).isFalse();
    }
  }

  /** A socket that is connected to who sends back whatever comes, at an address just learned. */
  private static DatagramSocket echoing(boolean v6) {
    InetSocketAddress at =
        new InetSocketAddress(InetAddress.ofLiteral(v6 ? "2001:db8:5::70" : "203.0.113.70"), 4433);
    node.opening(NameServer.start(node.lab.outside(), at, (message, tcp) -> List.of(message)));
    assertThat(node.ask("echo.amazonaws.com", v6).addresses()).hasSize(1);
    return node.uploader
        .network()
        .call(
            () -> {
              DatagramSocket socket = new DatagramSocket();
              socket.setSoTimeout(1_000);
              socket.connect(at);
              return socket;
            });
  }

  private static boolean echoes(DatagramSocket socket) throws IOException {
    Lookup.send(socket, new byte[] {1});
    try {
      return Lookup.receive(socket).length == 1;
    } catch (SocketTimeoutException silence) {
      return false;
    }
  }
}
