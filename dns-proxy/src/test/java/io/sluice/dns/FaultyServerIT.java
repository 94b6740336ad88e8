package io.sluice.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.relay.DnsOutcome;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.proxy.spi.Flow;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What servers get wrong, and how clients are told of it, over UDP and over TCP. */
@Timeout(60)
class FaultyServerIT {
  private static final RelaySettings FAST =
      RelaySettings.DEFAULTS.withTryTimeout(Duration.ofMillis(300));
  private static final int ANSWERS = 7;
  private static final int NONE = -1;

  private static Record a(String name, String address) throws IOException {
    return new ARecord(Name.fromString(name), DClass.IN, 60, InetAddress.ofLiteral(address));
  }

  /** A query that says that its client knows EDNS, or not. */
  private static byte[] query(String name, boolean edns) throws IOException {
    Message query = UdpAsker.query(5, name, Type.A);
    if (edns) {
      query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
    }
    return query.toWire();
  }

  private static Message ask(DnsLab lab, boolean overTcp, byte[] query) throws IOException {
    if (overTcp) {
      try (TcpAsker asker = new TcpAsker(lab.tcp())) {
        asker.send(query);
        return asker.receive();
      }
    }
    try (UdpAsker asker = new UdpAsker(lab.udp())) {
      return new Message(asker.ask(query));
    }
  }

  private static int extendedError(Message message) {
    return message.getOPT() == null
        ? NONE
        : ((ExtendedErrorCodeOption) message.getOPT().getOptions(15).getFirst()).getErrorCode();
  }

  @Test
  void overTcpWhatIsNoAnswerToTheQuestionIsForgotten() throws Exception {
    NameServer.Script forging =
        (query, answers, overTcp) -> {
          byte[] right = NameServer.reply(query, a("a.example.com.", "192.0.2.7"));
          NameServer.forge(right, answers);
          answers.send(right);
          answers.send(right);
        };
    try (NameServer server = new NameServer(forging);
        DnsLab lab = new DnsLab(server, RelaySettings.DEFAULTS, Learner.NONE, "*.example.com");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      asker.send(query("a.example.com.", false));
      Message answer = asker.receive();
      assertThat(answer.getHeader().getID()).isEqualTo(5);
      assertThat(answer.getSection(Section.ANSWER).getFirst().rdataToString())
          .isEqualTo("192.0.2.7");
      assertThat(lab.counters().of(DnsOutcome.FOREIGN_ANSWER)).isEqualTo(4);
      // The next message is the answer to the next query, not the second one to the first.
      asker.send(query("b.example.com.", false));
      asker.endOutput();
      assertThat(asker.receive().getQuestion().getName()).hasToString("b.example.com.");
      assertThat(asker.hasEnded()).isTrue();
    }
  }

  @Test
  void overTcpAServerThatOnlySaysSomethingElseIsTriedTwice() throws Exception {
    NameServer.Script other =
        (query, answers, overTcp) -> {
          byte[] answer = NameServer.reply(UdpAsker.query(0, "b.example.com."));
          answer[0] = query[0];
          answer[1] = query[1];
          answers.send(answer);
        };
    try (NameServer server = new NameServer(other);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*")) {
      Message failure = ask(lab, true, query("a.example.com.", true));
      assertThat(failure.getRcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(extendedError(failure)).isEqualTo(22);
      assertThat(server.received()).hasSize(2);
    }
  }

  /** Its header and question are right, so it is the server's, and a second try is no use. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerThatCannotBeReadIsAFailureAndNotForwarded(boolean overTcp) throws Exception {
    NameServer.Script counting =
        (query, answers, tcp) -> {
          byte[] answer = NameServer.reply(query, a("a.example.com.", "192.0.2.7"));
          boolean bad = new Message(query).getQuestion().getName().toString().startsWith("bad");
          answer[ANSWERS] = (byte) (bad ? 2 : 1);
          answers.send(answer);
        };
    try (NameServer server = new NameServer(counting);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*")) {
      Message failure = ask(lab, overTcp, query("bad.example.com.", true));
      assertThat(failure.getHeader().getID()).isEqualTo(5);
      assertThat(failure.getRcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(failure.getSection(Section.ANSWER)).isEmpty();
      assertThat(extendedError(failure)).isEqualTo(22);
      assertThat(server.received()).hasSize(1);
      assertThat(lab.counters().of(DnsOutcome.MALFORMED_ANSWER)).isEqualTo(1);
      assertThat(lab.flows().getLast().verdict()).isEqualTo(Flow.Outcome.ERROR);

      assertThat(ask(lab, overTcp, query("bad.example.com.", false)).getOPT()).isNull();
      assertThat(ask(lab, overTcp, query("good.example.com.", true)).getRcode())
          .as("the next one")
          .isEqualTo(Rcode.NOERROR);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReasonIsToldToWhoKnowsEdnsOverTcpToo(boolean edns) throws Exception {
    try (NameServer server = new NameServer((query, answers, overTcp) -> {});
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.example.com")) {
      Message refused = ask(lab, true, query("b.example.com.", edns));
      assertThat(refused.getRcode()).isEqualTo(Rcode.REFUSED);
      assertThat(extendedError(refused)).isEqualTo(edns ? 18 : NONE);
      Message unanswered = ask(lab, true, query("a.example.com.", edns));
      assertThat(unanswered.getRcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(extendedError(unanswered)).isEqualTo(edns ? 22 : NONE);
    }
  }
}
