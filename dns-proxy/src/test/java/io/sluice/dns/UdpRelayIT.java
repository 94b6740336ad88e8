package io.sluice.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cilium.DnsNetworkPolicyRules.Reject;
import io.sluice.dns.relay.DnsOutcome;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.proxy.spi.Flow;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Queries over UDP through the whole proxy, with raw sockets on both sides. */
@Timeout(60)
class UdpRelayIT {
  private static final RelaySettings FAST =
      RelaySettings.DEFAULTS.withTryTimeout(Duration.ofMillis(300));

  private static ARecord a(String name, String address) throws IOException {
    return new ARecord(Name.fromString(name), DClass.IN, 60, InetAddress.ofLiteral(address));
  }

  @Test
  void carriesEveryByteButTheNumber() throws Exception {
    Message query = UdpAsker.query(4711, "WwW.Example.COM.", Type.A);
    query.addRecord(
        new OPTRecord(
            4096, 0, 0, 0, List.of(new org.xbill.DNS.GenericEDNSOption(65001, new byte[9]))),
        Section.ADDITIONAL);
    byte[] bytes = query.toWire();
    try (NameServer server = NameServer.giving(a("www.example.com.", "192.0.2.1"));
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*.example.com");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      byte[] answer = asker.ask(bytes);

      assertThat(afterNumber(server.received().getFirst())).isEqualTo(afterNumber(bytes));
      assertThat(answer).isEqualTo(NameServer.reply(bytes, a("www.example.com.", "192.0.2.1")));
      await().until(() -> lab.flows().size() == 2);
      assertThat(lab.flows())
          .extracting(Flow::type, Flow::verdict)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(Flow.Type.REQUEST, Flow.Outcome.FORWARDED),
              org.assertj.core.groups.Tuple.tuple(Flow.Type.RESPONSE, Flow.Outcome.FORWARDED));
      Flow response = lab.flows().getLast();
      assertThat(response.dns().query()).isEqualTo("www.example.com.");
      assertThat(response.dns().addresses()).containsExactly("192.0.2.1");
      assertThat(response.dns().ttlSeconds()).isEqualTo(60);
      assertThat(response.latencyNanos()).isPositive();
      assertThat(response.rule().name()).isEqualTo("names");
    }
  }

  @Test
  void refusesWhatNoRuleAllows() throws Exception {
    Message query = UdpAsker.query(1, "evil.example.org.", Type.AAAA);
    query.addRecord(new OPTRecord(1232, 0, 0, Flags.DO), Section.ADDITIONAL);
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*.example.com");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      Message refused = new Message(asker.ask(query.toWire()));

      assertThat(refused.getHeader().getID()).isEqualTo(1);
      assertThat(refused.getRcode()).isEqualTo(Rcode.REFUSED);
      assertThat(refused.getQuestion()).isEqualTo(query.getQuestion());
      assertThat(extendedError(refused)).isEqualTo(18);
      assertThat(refused.getOPT().getFlags() & 0x8000).isEqualTo(0x8000);
      Message plain = new Message(asker.ask(UdpAsker.query(2, "evil.example.org.")));
      assertThat(plain.getOPT()).as("no OPT in the query, none in the answer").isNull();
      assertThat(server.received()).isEmpty();
      assertThat(lab.flows().getFirst().verdict()).isEqualTo(Flow.Outcome.DENIED);
      assertThat(lab.flows().getFirst().nearestMisses()).isNotEmpty();
    }
  }

  @Test
  void saysThatTheNameIsNotThereWhereThatIsWanted() throws Exception {
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST.withNameError(true), Learner.NONE, "a.example.com");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      Message answer = new Message(asker.ask(UdpAsker.query(1, "b.example.com.")));

      assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
      assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
      assertThat(answer.getSection(Section.AUTHORITY).getFirst().getName())
          .hasToString("example.com.");
      assertThat(answer.getSection(Section.AUTHORITY).getFirst().getType()).isEqualTo(Type.SOA);
      assertThat(new Message(asker.ask(UdpAsker.query(2, "."))).getRcode())
          .isEqualTo(Rcode.NXDOMAIN);
    }
  }

  /** Whatever a query is refused for: the policy is not asked about a class. */
  @ParameterizedTest
  @CsvSource({
    "false, CONFIGURED, 5",
    "true, CONFIGURED, 3",
    "true, REFUSED, 5",
    "false, NXDOMAIN, 3",
  })
  void aPolicysWordGoesBeforeTheOperators(boolean operator, Reject policy, int code)
      throws Exception {
    byte[] chaos = UdpAsker.query(2, "a.example.com.");
    chaos[chaos.length - 1] = 3;
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST.withNameError(operator), Learner.NONE);
        UdpAsker asker = new UdpAsker(lab.udp())) {
      lab.allow(policy, "a.example.com");

      Message answer = new Message(asker.ask(UdpAsker.query(1, "b.example.com.")));
      assertThat(answer.getRcode()).isEqualTo(code);
      assertThat(answer.getSection(Section.AUTHORITY)).hasSize(code == Rcode.NXDOMAIN ? 1 : 0);
      assertThat(code(asker.ask(chaos))).isEqualTo(code);
    }
  }

  @Test
  void answersFaultsAsTheyDeserve() throws Exception {
    byte[] good = UdpAsker.query(9, "a.example.com.");
    byte[] noQuestion = good.clone();
    noQuestion[5] = 0;
    byte[] update = good.clone();
    update[2] |= Opcode.UPDATE << 3;
    byte[] answer = good.clone();
    answer[2] |= (byte) 0x80;
    byte[] chaos = good.clone();
    chaos[good.length - 1] = DClass.CH;
    byte[] odd = UdpAsker.query(9, "a\\032b.example.com.");
    byte[] loop = java.util.Arrays.copyOf(good, 18);
    loop[12] = (byte) 0xc0;
    loop[13] = 12;
    loop[14] = 0;
    loop[15] = 1;
    loop[16] = 0;
    loop[17] = 1;
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      assertThat(code(asker.ask(noQuestion))).isEqualTo(Rcode.FORMERR);
      assertThat(code(asker.ask(loop))).isEqualTo(Rcode.FORMERR);
      assertThat(code(asker.ask(update))).isEqualTo(Rcode.NOTIMP);
      assertThat(code(asker.ask(chaos))).isEqualTo(Rcode.REFUSED);
      assertThat(code(asker.ask(odd))).isEqualTo(Rcode.REFUSED);
      asker.send(new byte[11]);
      asker.send(answer);
      assertThat(asker.receive(200)).as("short ones and answers meet silence").isNull();
      assertThat(server.received()).isEmpty();
      assertThat(lab.counters().of(DnsOutcome.DROPPED)).isEqualTo(2);
    }
  }

  @Test
  void keepsFiftyQueriesOfOnePortApart() throws Exception {
    Map<Integer, byte[]> held = new HashMap<>();
    ConcurrentLinkedQueue<Runnable> releases = new ConcurrentLinkedQueue<>();
    NameServer.Script holdAll =
        (query, answers, overTcp) ->
            releases.add(
                () -> {
                  try {
                    String name = new Message(query).getQuestion().getName().toString();
                    String last = name.substring(1, name.indexOf('.'));
                    answers.send(NameServer.reply(query, a(name, "192.0.2." + last)));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    try (NameServer server = new NameServer(holdAll);
        DnsLab lab = new DnsLab(server, RelaySettings.DEFAULTS, Learner.NONE, "*.example.com");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      for (int i = 1; i <= 50; i++) {
        // Half of them under one number, as a careless client may.
        asker.send(UdpAsker.query(i % 2 == 0 ? i : 5, "n" + i + ".example.com."));
      }
      await().until(() -> releases.size() == 50);
      List<Runnable> mixed = new ArrayList<>(releases);
      Collections.shuffle(mixed, new Random(1));
      mixed.forEach(Runnable::run);
      for (int i = 1; i <= 50; i++) {
        byte[] answer = asker.receive(2_000);
        Message message = new Message(answer);
        String name = message.getQuestion().getName().toString();
        int number = Integer.parseInt(name.substring(1, name.indexOf('.')));
        assertThat(held.put(number, answer)).isNull();
        assertThat(message.getHeader().getID()).isEqualTo(number % 2 == 0 ? number : 5);
        assertThat(message.getSection(Section.ANSWER).getFirst().rdataToString())
            .isEqualTo("192.0.2." + number);
      }
      assertThat(server.received().stream().map(q -> (q[0] & 0xff) << 8 | (q[1] & 0xff)).distinct())
          .as("numbers towards the server")
          .hasSize(50);
    }
  }

  @Test
  void forgetsWhatIsNoAnswerToTheQuestion() throws Exception {
    NameServer.Script forging =
        (query, answers, overTcp) -> {
          byte[] right = NameServer.reply(query, a("a.example.com.", "192.0.2.7"));
          NameServer.forge(right, answers);
          byte[] otherCase = right.clone();
          otherCase[13] = 'A';
          answers.send(otherCase);
          answers.send(right);
        };
    try (NameServer server = new NameServer(forging);
        DnsLab lab = new DnsLab(server, RelaySettings.DEFAULTS, Learner.NONE, "*.example.com");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      byte[] answer = asker.ask(UdpAsker.query(77, "a.example.com."));

      assertThat(answer[13]).as("the name in the case of the server").isEqualTo((byte) 'A');
      assertThat(new Message(answer).getSection(Section.ANSWER)).hasSize(1);
      assertThat(asker.receive(200)).as("a second answer to one query").isNull();
      assertThat(lab.counters().of(DnsOutcome.FOREIGN_ANSWER)).isEqualTo(4);
    }
  }

  @Test
  void asksTwiceAndThenSaysThatItFailed() throws Exception {
    try (NameServer server = new NameServer((query, answers, overTcp) -> {});
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      Message query = UdpAsker.query(3, "a.example.com.", Type.A);
      query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
      long start = System.nanoTime();
      Message failure = new Message(asker.ask(query.toWire()));

      assertThat(failure.getRcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(extendedError(failure)).isEqualTo(22);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(550L, 3_000L);
      assertThat(server.received()).hasSize(2);
      assertThat(server.askers().get(0).getPort())
          .as("the second try comes from another port")
          .isNotEqualTo(server.askers().get(1).getPort());
      assertThat(lab.flows().getLast().verdict()).isEqualTo(Flow.Outcome.ERROR);
    }
  }

  @Test
  void takesNoAnswerThatIsTooLate() throws Exception {
    try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        NameServer server =
            new NameServer(
                (query, answers, overTcp) ->
                    later.schedule(
                        () -> {
                          answers.send(NameServer.reply(query, a("a.example.com.", "192.0.2.1")));
                          return null;
                        },
                        800,
                        TimeUnit.MILLISECONDS));
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      assertThat(code(asker.ask(UdpAsker.query(3, "a.example.com.")))).isEqualTo(Rcode.SERVFAIL);
      assertThat(asker.receive(600)).isNull();
    }
  }

  @Test
  void takesTheAnswerToItsFirstTryDuringTheSecond() throws Exception {
    try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        NameServer server =
            new NameServer(
                (query, answers, overTcp) ->
                    later.schedule(
                        () -> {
                          answers.send(NameServer.reply(query, a("a.example.com.", "192.0.2.1")));
                          return null;
                        },
                        400,
                        TimeUnit.MILLISECONDS));
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      assertThat(code(asker.ask(UdpAsker.query(3, "a.example.com.")))).isEqualTo(Rcode.NOERROR);
      assertThat(asker.receive(500)).as("the answer to the second try").isNull();
      assertThat(server.received()).hasSize(2);
    }
  }

  @Test
  void refusesAnAnswerWhosePolicyHasGone() throws Exception {
    ConcurrentLinkedQueue<Runnable> releases = new ConcurrentLinkedQueue<>();
    NameServer.Script holding =
        (query, answers, overTcp) ->
            releases.add(
                () -> {
                  try {
                    answers.send(NameServer.reply(query, a("a.example.com.", "192.0.2.1")));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    try (NameServer server = new NameServer(holding);
        DnsLab lab = new DnsLab(server, RelaySettings.DEFAULTS, Learner.NONE, "a.example.com");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.send(UdpAsker.query(3, "a.example.com."));
      await().until(() -> releases.size() == 1);
      lab.allow("b.example.com");
      releases.forEach(Runnable::run);
      assertThat(code(asker.receive(2_000))).isEqualTo(Rcode.REFUSED);
    }
  }

  @Test
  void saysAtOnceThatTooMuchWaits() throws Exception {
    try (NameServer server = new NameServer((query, answers, overTcp) -> {});
        DnsLab lab = new DnsLab(server, FAST.withInFlight(10, 3), Learner.NONE, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      for (int i = 0; i < 4; i++) {
        asker.send(UdpAsker.query(i, "a.example.com."));
      }
      Message overload = new Message(asker.receive(250));
      assertThat(overload.getHeader().getID()).isEqualTo(3);
      assertThat(overload.getRcode()).isEqualTo(Rcode.SERVFAIL);
      for (int i = 0; i < 3; i++) {
        assertThat(code(asker.receive(2_000))).isEqualTo(Rcode.SERVFAIL);
      }
      asker.send(UdpAsker.query(9, "a.example.com."));
      await().until(() -> server.received().size() == 7);
    }
  }

  @Test
  void dropsWhatNoEndpointSent() throws Exception {
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE);
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.send(UdpAsker.query(3, "a.example.com."));
      assertThat(asker.receive(300)).as("no rule allows the server at all").isNull();
      assertThat(server.received()).isEmpty();
    }
  }

  private static byte[] afterNumber(byte[] message) {
    return java.util.Arrays.copyOfRange(message, 2, message.length);
  }

  private static int code(byte[] message) {
    return message[3] & 0xf;
  }

  private static int extendedError(Message message) {
    List<EDNSOption> options = message.getOPT().getOptions(15);
    return ((ExtendedErrorCodeOption) options.getFirst()).getErrorCode();
  }
}
