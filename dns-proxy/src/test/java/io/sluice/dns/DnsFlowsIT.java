package io.sluice.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cilium.DnsNetworkPolicyRules.Reject;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.proxy.observe.FlowLog;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** What is written of real queries and answers, in Hubble's words. */
@Timeout(60)
class DnsFlowsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RelaySettings FAST =
      RelaySettings.DEFAULTS.withTryTimeout(Duration.ofMillis(100));

  @TempDir private Path folder;

  private static Name name(String text) throws IOException {
    return Name.fromString(text);
  }

  /** The {@code flow} of each line. */
  private List<JsonNode> written(DnsLab lab) throws IOException {
    Path file = Files.createTempFile(folder, "flows", "");
    try (FlowLog log = FlowLog.open(file.toString(), "n1", 1024, List.of())) {
      lab.flows().forEach(log::record);
    }
    List<JsonNode> flows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      flows.add(JSON.readTree(line).get("flow"));
    }
    return flows;
  }

  private static JsonNode dns(JsonNode flow) {
    return flow.at("/l7/dns");
  }

  private static void assertIsRequest(JsonNode flow, String verdict) {
    assertThat(flow.at("/verdict").asText()).isEqualTo(verdict);
    assertThat(flow.at("/l7/type").asText()).isEqualTo("REQUEST");
    assertThat(flow.at("/l7").has("latency_ns")).isFalse();
    assertThat(flow.at("/is_reply").asBoolean()).isFalse();
  }

  private static void assertIsResponse(JsonNode flow, String verdict) {
    assertThat(flow.at("/verdict").asText()).isEqualTo(verdict);
    assertThat(flow.at("/l7/type").asText()).isEqualTo("RESPONSE");
    assertThat(flow.at("/l7/latency_ns").asLong()).isPositive();
    assertThat(flow.at("/is_reply").asBoolean()).isTrue();
  }

  @Test
  void anAnswerHasItsAddressesAndItsChain() throws Exception {
    try (NameServer server =
            NameServer.giving(
                new CNAMERecord(name("a.io."), DClass.IN, 300, name("b.io.")),
                new AAAARecord(name("b.io."), DClass.IN, 60, InetAddress.ofLiteral("2001:db8::1")),
                new AAAARecord(
                    name("b.io."), DClass.IN, 90, InetAddress.ofLiteral("2001:db8::2")));
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io.", Type.AAAA).toWire());
      List<JsonNode> flows = written(lab);
      assertThat(flows).hasSize(2);
      assertIsRequest(flows.getFirst(), "FORWARDED");
      assertThat(dns(flows.getFirst()))
          .isEqualTo(
              JSON.readTree(
                  "{\"query\":\"a.io.\",\"observation_source\":\"proxy\",\"qtypes\":[\"AAAA\"]}"));
      assertThat(flows.getFirst().at("/Summary").asText()).isEqualTo("DNS Query a.io. AAAA");
      assertIsResponse(flows.getLast(), "FORWARDED");
      assertThat(dns(flows.getLast()))
          .isEqualTo(
              JSON.readTree(
                  """
                  {"query":"a.io.","ips":["2001:db8:0:0:0:0:0:1","2001:db8:0:0:0:0:0:2"],"ttl":60,
                   "cnames":["b.io."],"observation_source":"proxy","rcode":0,"qtypes":["AAAA"],
                   "rrtypes":["CNAME","AAAA","AAAA"]}
                  """));
      assertThat(flows.getLast().at("/Summary").asText())
          .isEqualTo(
              "DNS Answer \"2001:db8:0:0:0:0:0:1,2001:db8:0:0:0:0:0:2\" CNAMEs: \"b.io.\" TTL: 60"
                  + " (Proxy a.io. AAAA)");
    }
  }

  @Test
  void anAnswerThatThereIsNoSuchNameHasItsCode() throws Exception {
    NameServer.Script absent =
        (query, answers, overTcp) -> {
          byte[] answer = NameServer.reply(query);
          answer[3] |= Rcode.NXDOMAIN;
          answers.send(answer);
        };
    try (NameServer server = new NameServer(absent);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      JsonNode flow = written(lab).getLast();
      assertIsResponse(flow, "FORWARDED");
      assertThat(dns(flow))
          .isEqualTo(
              JSON.readTree(
                  """
                  {"query":"a.io.","ips":[],"ttl":0,"cnames":[],"observation_source":"proxy",
                   "rcode":3,"qtypes":["A"],"rrtypes":[]}
                  """));
      assertThat(flow.at("/Summary").asText())
          .isEqualTo("DNS Answer RCode: Non-Existent Domain TTL: 0 (Proxy a.io. A)");
    }
  }

  /** As in Cilium there is a request and no response; the code is what that would have had. */
  @Test
  void aRefusedQueryHasTheCodeThatTheClientWasGiven() throws Exception {
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "b.io."));
      lab.allow(Reject.NXDOMAIN, "a.io");
      asker.ask(UdpAsker.query(2, "b.io."));
      List<JsonNode> flows = written(lab);
      assertThat(flows).hasSize(2);
      int[] codes = {Rcode.REFUSED, Rcode.NXDOMAIN};
      for (int i = 0; i < codes.length; i++) {
        assertIsRequest(flows.get(i), "DROPPED");
        assertThat(flows.get(i).at("/drop_reason_desc").asText()).isEqualTo("POLICY_DENIED");
        assertThat(dns(flows.get(i)))
            .isEqualTo(
                JSON.readTree(
                    "{\"query\":\"b.io.\",\"observation_source\":\"proxy\",\"rcode\":"
                        + codes[i]
                        + ",\"qtypes\":[\"A\"]}"));
        assertThat(flows.get(i).at("/Summary").asText()).isEqualTo("DNS Query b.io. A");
      }
    }
  }

  @Test
  void aQueryThatFailsHasTheCodeThatTheClientWasGiven() throws Exception {
    byte[] noQuestion = UdpAsker.query(9, "a.io.");
    noQuestion[5] = 0;
    try (NameServer server = new NameServer((query, answers, overTcp) -> {});
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      asker.ask(noQuestion);
      List<JsonNode> flows = written(lab);
      assertThat(flows).hasSize(3);
      JsonNode failed = flows.get(1);
      assertIsResponse(failed, "ERROR");
      assertThat(dns(failed))
          .isEqualTo(
              JSON.readTree(
                  "{\"query\":\"a.io.\",\"observation_source\":\"proxy\",\"rcode\":2,"
                      + "\"qtypes\":[\"A\"]}"));
      assertThat(failed.at("/Summary").asText())
          .isEqualTo("DNS Answer RCode: Server Failure TTL: 0 (Proxy a.io. A)");
      assertIsRequest(flows.getLast(), "DROPPED");
      assertThat(dns(flows.getLast()).at("/rcode").asInt()).isEqualTo(Rcode.FORMERR);
    }
  }
}
