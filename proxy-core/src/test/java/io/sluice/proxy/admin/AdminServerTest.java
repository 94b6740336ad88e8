package io.sluice.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.v1.EndpointInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private volatile String notReady = "";
  private volatile PolicySnapshot snapshot = PolicyCompiler.EMPTY;
  private AdminPages pages;
  private AdminServer server;

  @BeforeEach
  void start() throws Exception {
    pages =
        new AdminPages(
            () -> notReady, () -> "a_metric 1\n", this::status, () -> snapshot, List::of);
    server = AdminServer.start("127.0.0.1:0", false, pages);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void saysWhetherItIsReadyAndWhyNot() throws Exception {
    assertThat(get("/healthz")).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(get("/readyz?verbose")).startsWith("HTTP/1.1 200 OK\r\n");
    notReady = "no policy yet";
    assertThat(get("/readyz"))
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .endsWith("\r\n\r\nno policy yet\n");
    assertThat(get("/metrics")).endsWith("\r\n\r\na_metric 1\n");
  }

  @Test
  void theStatusIsTheContracts() throws Exception {
    JsonNode expected =
        JSON.readTree(
            """
            {"node":"n1","version":"1.2","policyVersion":7,"steer":"tc","shortCut":true,
             "endpoints":[{"name":"prod/api","addresses":["10.0.0.1"],"interface":"lxc1","identity":1234,
               "ingress":"enforcing","egress":"none","policies":["prod/api-http-filter"]}],
             "rejected":[{"source":"a.yaml:3","kind":"CiliumNetworkPolicy","namespace":"prod","name":"x",
               "field":"spec.ingress","reason":"why","lastGood":true}],
             "warnings":[{"source":"b.yaml:1","field":"spec.x","reason":"hm"}]}
            """);
    assertThat(body(get("/status"))).isEqualTo(expected);
  }

  @Test
  void theDumpShowsWhatIsInForce() throws Exception {
    PolicyCompiler compiler = new PolicyCompiler(List.of());
    compiler.replacePolicies(
        List.of(
            NetworkPolicy.newBuilder()
                .setEndpointId(9)
                .addEndpointIps("10.0.0.1")
                .setEndpoint(EndpointInfo.newBuilder().setNamespace("prod").setName("api"))
                .addIngressPerPortPolicies(PortNetworkPolicy.newBuilder().setPort(80))
                .build()));
    compiler.replaceIdentities(
        List.of(
            NetworkPolicyHosts.newBuilder()
                .setPolicy(4000000000L)
                .addHostAddresses("10.1.0.0/16")
                .build()));
    snapshot = compiler.snapshot();
    JsonNode dump = body(get("/config_dump"));
    assertThat(dump.at("/version").asLong()).isEqualTo(1);
    assertThat(dump.at("/endpoints/0/endpoint/name").asText()).isEqualTo("prod/api");
    assertThat(dump.at("/endpoints/0/ingress/0"))
        .isEqualTo(
            JSON.readTree(
                """
                {"protocol":"TCP","identities":[],"firstPort":80,"lastPort":80,"action":"PASS",
                 "audit":false,"policy":"","rule":""}
                """));
    assertThat(dump.at("/identities/0/identity").asLong()).isEqualTo(4000000000L);
    assertThat(dump.at("/identities/0/prefixes/0").asText()).isEqualTo("10.1.0.0/16");
  }

  @ParameterizedTest
  @CsvSource({
    "POST /metrics HTTP/1.1, 405",
    "DELETE /status HTTP/1.1, 405",
    "HEAD /healthz HTTP/1.1, 405",
    "GET / HTTP/1.1, 404",
    "GET /metrics/ HTTP/1.1, 404",
    "POST /quitquitquit HTTP/1.1, 404",
    "GET /healthz, 400",
    "GET  /healthz HTTP/1.1, 400",
    "GET /healthz HTTP/2, 400",
  })
  void answersNothingElse(String line, int status) throws Exception {
    assertThat(ask(server.address(), line + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void anEndlessHeadIsCutOff() throws Exception {
    String start = "GET /healthz HTTP/1.1\r\nx: ";
    String endless = start + "x".repeat(8192 - start.length());
    assertThat(ask(server.address(), endless)).isEmpty();
    assertThat(get("/healthz")).contains("200 OK");
  }

  @Test
  void moreSilentClientsThanItServesDelayNoneForever() throws Exception {
    SocketChannel[] silent = new SocketChannel[40];
    for (int i = 0; i < silent.length; i++) {
      silent[i] = SocketChannel.open(server.address());
    }
    for (SocketChannel channel : silent) {
      channel.close();
    }
    assertThat(get("/healthz")).contains("200 OK");
  }

  @Test
  void aFailingPageIsA500() throws Exception {
    server.close();
    AdminPages failing =
        new AdminPages(
            () -> "",
            () -> {
              throw new IllegalStateException("on purpose");
            },
            this::status,
            () -> snapshot,
            List::of);
    server = AdminServer.start("127.0.0.1:0", false, failing);
    assertThat(get("/metrics")).startsWith("HTTP/1.1 500 ").doesNotContain("on purpose");
    assertThat(get("/healthz")).contains("200 OK");
  }

  @Test
  void aTakenAddressIsNamed() {
    String taken = "127.0.0.1:" + ((InetSocketAddress) server.address()).getPort();
    assertThatThrownBy(() -> AdminServer.start(taken, false, pages))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(taken)
        .hasMessageContaining("--admin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "9901", "localhost:9901", "127.0.0.1:x", "127.0.0.1:70000", "unix:", "::1"})
  void anAddressIsLiteral(String address) {
    assertThatThrownBy(() -> AdminServer.start(address, true, pages))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + address + "\"");
  }

  @Test
  void othersReachItOnlyIfConfigured() throws Exception {
    assertThatThrownBy(() -> AdminServer.start("0.0.0.0:0", false, pages))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("admin.anyInterface");
    AdminServer.start("[::1]:0", false, pages).close();
  }

  @Test
  void aUnixSocketIsTakenOverFromTheDeadOnly() throws Exception {
    Path socket = folder.resolve("admin.sock");
    AdminServer first = AdminServer.start("unix:" + socket, false, pages);
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
    assertThat(ask(address, "GET /healthz HTTP/1.1\r\n\r\n")).contains("200 OK");
    assertThatThrownBy(() -> AdminServer.start("unix:" + socket, false, pages))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(socket.toString());
    first.close();
    assertThat(socket).doesNotExist();

    Path file = Files.writeString(folder.resolve("precious"), "data");
    assertThatThrownBy(() -> AdminServer.start("unix:" + file, false, pages))
        .isInstanceOf(IOException.class);
    assertThat(file).hasContent("data");
  }

  private Status status() {
    return new Status(
        "n1",
        "1.2",
        7,
        "tc",
        true,
        List.of(
            new Status.LocalEndpoint(
                "prod/api",
                List.of("10.0.0.1"),
                "lxc1",
                1234,
                "enforcing",
                "none",
                List.of("prod/api-http-filter"))),
        List.of(
            new Status.Rejected(
                "a.yaml:3", "CiliumNetworkPolicy", "prod", "x", "spec.ingress", "why", true)),
        List.of(new Status.Warning("b.yaml:1", "spec.x", "hm")));
  }

  private String get(String path) throws IOException {
    return ask(server.address(), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  private static JsonNode body(String answer) throws IOException {
    return JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
  }

  private static String ask(SocketAddress address, String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
