package io.sluice.proxy.observe;

import static io.sluice.proxy.spi.Flow.Outcome.DENIED;
import static io.sluice.proxy.spi.Flow.Outcome.ERROR;
import static io.sluice.proxy.spi.Flow.Outcome.FORWARDED;
import static io.sluice.proxy.spi.Flow.Outcome.MALFORMED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.HttpRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpRecord GET =
      new Sample.Http(
          0,
          "GET",
          "http://api/x?y=1",
          Map.of(
              "Host",
              "api",
              "Accept",
              "*/*",
              "Authorization",
              "Bearer s3cret",
              "X-Mine",
              "s3cret"));

  @TempDir private Path folder;

  @Test
  void aRequestIsWrittenAsHubbleDoes() throws Exception {
    assertThat(written(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, GET)))
        .isEqualTo(
            JSON.readTree(
                """
                {"flow":{"time":"2023-11-14T22:13:20.000000042Z","verdict":"FORWARDED",
                  "IP":{"source":"10.0.0.1","destination":"10.0.0.2","ipVersion":"IPv4"},
                  "l4":{"TCP":{"source_port":40000,"destination_port":80}},
                  "source":{"identity":300,"namespace":"dev","labels":["k8s:app=client"],"pod_name":"client"},
                  "destination":{"identity":400,"namespace":"prod","labels":["k8s:app=api"],"pod_name":"api"},
                  "Type":"L7","node_name":"n1",
                  "l7":{"type":"REQUEST","latency_ns":"2500000","http":{"method":"GET","url":"http://api/x?y=1",
                    "protocol":"HTTP/1.1","headers":[{"key":"Accept","value":"*/*"},
                    {"key":"Authorization","value":"<redacted>"},{"key":"Host","value":"api"},
                    {"key":"X-Mine","value":"<redacted>"}]}},
                  "event_type":{"type":129},"traffic_direction":"INGRESS","is_reply":false,"reply":false,
                  "Summary":"HTTP/1.1 GET http://api/x?y=1",
                  "ingress_allowed_by":[{"name":"api-http-filter","namespace":"prod","kind":"CiliumNetworkPolicy"}]},
                 "node_name":"n1","time":"2023-11-14T22:13:20.000000042Z",
                 "sluice":{"policy":"prod/api-http-filter","rule":"spec.ingress[0].toPorts[0].rules.http[1]",
                  "reason":"","nearestMisses":[],"connection":"c1"}}
                """));
  }

  @Test
  void aResponseHasItsEndsSwapped() throws Exception {
    HttpRecord response = new Sample.Http(201, "GET", "http://api/", Map.of());
    JsonNode flow =
        written(Sample.flow(Flow.Type.RESPONSE, FORWARDED, Sample.RULE, response)).get("flow");
    assertThat(flow.at("/IP/source").asText()).isEqualTo("10.0.0.2");
    assertThat(flow.at("/l4/TCP/source_port").asInt()).isEqualTo(80);
    assertThat(flow.at("/source/pod_name").asText()).isEqualTo("api");
    assertThat(flow.at("/destination/pod_name").asText()).isEqualTo("client");
    assertThat(flow.at("/is_reply").asBoolean()).isTrue();
    assertThat(flow.at("/l7/type").asText()).isEqualTo("RESPONSE");
    assertThat(flow.at("/l7/latency_ns").asText()).isEqualTo("2500000");
    assertThat(flow.at("/l7/http/code").asInt()).isEqualTo(201);
    assertThat(flow.at("/Summary").asText()).isEqualTo("HTTP/1.1 201 2ms (GET http://api/)");
  }

  @Test
  void outOfThePodTheEndpointIsTheSource() throws Exception {
    JsonNode flow =
        written(
                Sample.flow(
                    Sample.EGRESS, Flow.Type.REQUEST, ERROR, Sample.RULE, "reset", List.of(), GET))
            .get("flow");
    assertThat(flow.at("/source/pod_name").asText()).isEqualTo("api");
    assertThat(flow.at("/traffic_direction").asText()).isEqualTo("EGRESS");
    assertThat(flow.at("/verdict").asText()).isEqualTo("ERROR");
    assertThat(flow.has("egress_allowed_by")).isTrue();
  }

  @Test
  void aDenialNamesTheNearestMissesAndTheirPolicies() throws Exception {
    NearestMiss miss = new NearestMiss(Sample.RULE, "path", "wants /a, came \u001b[31m\"");
    JsonNode line =
        written(
            Sample.flow(
                Sample.INGRESS,
                Flow.Type.REQUEST,
                DENIED,
                RuleOrigin.NONE,
                "no rule matches",
                List.of(miss, miss),
                GET));
    assertThat(line.at("/flow/verdict").asText()).isEqualTo("DROPPED");
    assertThat(line.at("/flow/drop_reason").asInt()).isEqualTo(133);
    assertThat(line.at("/flow/drop_reason_desc").asText()).isEqualTo("POLICY_DENIED");
    assertThat(line.at("/flow/ingress_denied_by")).hasSize(1);
    assertThat(line.at("/flow/ingress_denied_by/0/name").asText()).isEqualTo("api-http-filter");
    assertThat(line.at("/sluice/policy").asText()).isEqualTo("prod/api-http-filter");
    assertThat(line.at("/sluice/reason").asText()).isEqualTo("no rule matches");
    assertThat(line.at("/sluice/nearestMisses/0/why").asText()).isEqualTo(miss.why());
    assertThat(line.at("/sluice/nearestMisses/1/field").asText()).isEqualTo("path");
  }

  @Test
  void namesTheHeadersThatRulesMissedAndRemoved() throws Exception {
    HttpRecord noted =
        new Sample.Http(
            0,
            "GET",
            "http://api/",
            Map.of(),
            Map.of("X-Role", "admin"),
            Map.of("X-Role", "u\n\"", "Cookie", "secret"));
    JsonNode line = written(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, noted));
    assertThat(line.at("/sluice/missingHeaders"))
        .isEqualTo(JSON.readTree("[{\"key\":\"X-Role\",\"value\":\"admin\"}]"));
    assertThat(line.at("/sluice/rejectedHeaders"))
        .containsExactlyInAnyOrder(
            JSON.readTree("{\"key\":\"X-Role\",\"value\":\"u\\n\\\"\"}"),
            JSON.readTree("{\"key\":\"Cookie\",\"value\":\"<redacted>\"}"));
    assertThat(line.at("/sluice/connection").asText()).isEqualTo("c1");
    assertThat(written(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, GET)).get("sluice"))
        .isEqualTo(
            JSON.readTree(
                """
                {"policy":"prod/api-http-filter","rule":"spec.ingress[0].toPorts[0].rules.http[1]",
                 "reason":"","nearestMisses":[],"connection":"c1"}
                """));
  }

  @Test
  void aDenyRuleIsToldFromAMissingOne() throws Exception {
    JsonNode line = written(Sample.flow(Flow.Type.CONNECTION, DENIED, Sample.RULE, null));
    assertThat(line.at("/flow/Type").asText()).isEqualTo("L3_L4");
    assertThat(line.at("/flow").has("l7")).isFalse();
    assertThat(line.at("/flow/drop_reason").asInt()).isEqualTo(181);
    assertThat(line.at("/flow/drop_reason_desc").asText()).isEqualTo("POLICY_DENY");

    line = written(Sample.flow(Flow.Type.REQUEST, MALFORMED, RuleOrigin.NONE, GET));
    assertThat(line.at("/flow/verdict").asText()).isEqualTo("DROPPED");
    assertThat(line.at("/flow").has("drop_reason")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://u:p@h/x@y, http://<redacted>@h/x@y",
    "http://u@v@h, http://<redacted>@h",
    "u:p@h:443, <redacted>@h:443",
    "/a@b, /a@b",
    "http://h/?u=a@b, http://h/?u=a@b",
    "'', ''",
  })
  void credentialsInAUrlAreHidden(String url, String shown) {
    assertThat(new Redaction(List.of()).url(url)).isEqualTo(shown);
  }

  @Test
  void whateverComesALineStaysOneBoundedValidLine() throws Exception {
    StringBuilder every = new StringBuilder();
    for (char c = 0; c < 0x180; c++) {
      every.append(c);
    }
    every.append("\ud800\u2028");
    HttpRecord nasty =
        new Sample.Http(
            0,
            every.toString(),
            "x".repeat(1 << 20),
            Map.of(every.toString(), "\u0000".repeat(1 << 20)));
    Path file = folder.resolve("nasty");
    try (FlowLog log = FlowLog.open(file.toString(), "n1", 1024, List.of())) {
      log.record(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, nasty));
    }
    byte[] line = Files.readAllBytes(file);
    assertThat(line.length).isLessThan(300 * 1024);
    for (int i = 0; i < line.length - 1; i++) {
      assertThat(line[i]).isBetween((byte) ' ', (byte) 0x7e);
    }
    JsonNode http = JSON.readTree(line).at("/flow/l7/http");
    assertThat(http.at("/method").asText()).isEqualTo(every.substring(0, 64) + "...");
    assertThat(http.at("/headers/0/key").asText()).isEqualTo(every.substring(0, 256) + "...");
  }

  @Test
  void aRecordThatFailsIsLostAlone() throws Exception {
    Path file = folder.resolve("failing");
    FlowLog log = FlowLog.open(file.toString(), "n1", 1024, List.of());
    log.record(
        Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, new Sample.Http(0, null, "", null)));
    log.record(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, GET));
    log.close();
    assertThat(log.lost()).isEqualTo(1);
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void aLineIsThereWithinASecond() throws Exception {
    Path file = folder.resolve("soon");
    try (FlowLog log = FlowLog.open(file.toString(), "n1", 1024, List.of())) {
      log.record(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, GET));
      await().atMost(Duration.ofSeconds(1)).until(() -> Files.readString(file).endsWith("}\n"));
    }
  }

  @Test
  void aStuckReaderLosesFlowsAndDelaysNobody() throws Exception {
    Target target = new Target();
    FlowLog log = FlowLog.start(target, true, "n1", 1024, List.of());
    for (int i = 0; i < 10_000; i++) {
      log.record(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, GET));
    }
    long lost = log.lost();
    assertThat(lost).isPositive();
    target.open.countDown();
    log.close();
    assertThat(target.text().lines()).hasSize((int) (10_000 - lost));
  }

  @Test
  void aFullDiskLosesWhatDoesNotFitAndIsTriedAgain() throws Exception {
    Target target = new Target();
    target.open.countDown();
    target.room = 100;
    FlowLog log = FlowLog.start(target, true, "n1", 1024, List.of());
    log.record(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, GET));
    await().until(() -> log.lost() == 1);
    target.room = Integer.MAX_VALUE;
    log.record(Sample.flow(Flow.Type.REQUEST, FORWARDED, Sample.RULE, GET));
    await().until(() -> target.text().endsWith("}\n"));
    List<String> lines = target.text().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).hasSize(100);
    assertThat(JSON.readTree(lines.getLast()).has("flow")).isTrue();
    assertThat(log.lost()).isEqualTo(1);
    log.close();
  }

  private JsonNode written(Flow flow) throws IOException {
    Path file = Files.createTempFile(folder, "flows", "");
    try (FlowLog log = FlowLog.open(file.toString(), "n1", 1024, List.of("x-MINE"))) {
      log.record(flow);
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
    return JSON.readTree(Files.readString(file));
  }

  /** A disk with so much room, or a pipe that nobody reads until it is opened. */
  private static final class Target implements WritableByteChannel {
    private final CountDownLatch open = new CountDownLatch(1);
    private final StringBuffer written = new StringBuffer();
    private volatile int room = Integer.MAX_VALUE;

    String text() {
      return written.toString();
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      try {
        open.await();
      } catch (InterruptedException interrupted) {
        throw new IOException(interrupted);
      }
      int count = Math.min(room, bytes.remaining());
      if (count == 0) {
        throw new IOException("no space left");
      }
      byte[] part = new byte[count];
      bytes.get(part);
      written.append(new String(part, StandardCharsets.US_ASCII));
      room -= count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
