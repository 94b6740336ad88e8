package io.sluice.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.proxy.spi.Flow;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Queries over TCP through the whole proxy, with raw sockets on both sides. */
@Timeout(60)
class TcpRelayIT {
  private static final RelaySettings FAST =
      RelaySettings.DEFAULTS.withTryTimeout(Duration.ofMillis(400));

  private static final RelaySettings PATIENT =
      RelaySettings.DEFAULTS.withTryTimeout(Duration.ofSeconds(10));

  @Test
  void judgesEachQueryOfOneConnection() throws Exception {
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*.example.com");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      asker.send(UdpAsker.query(1, "a.example.com."), UdpAsker.query(2, "evil.org."));
      Message first = asker.receive();
      Message second = asker.receive();
      assertThat(List.of(first.getHeader().getID(), second.getHeader().getID()))
          .containsExactlyInAnyOrder(1, 2);
      Message refused = first.getHeader().getID() == 2 ? first : second;
      assertThat(refused.getRcode()).isEqualTo(Rcode.REFUSED);
      assertThat(server.received()).hasSize(1);
      assertThat(lab.flows()).extracting(Flow::verdict).contains(Flow.Outcome.DENIED);
    }
  }

  @Test
  void takesLengthsAndMessagesInSinglePieces() throws Exception {
    byte[] query = UdpAsker.query(1, "a.example.com.");
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*.example.com");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      asker.sendByte(0);
      asker.sendByte(query.length);
      for (byte one : query) {
        asker.sendByte(one);
      }
      assertThat(asker.receive().getRcode()).isEqualTo(Rcode.NOERROR);
    }
  }

  @Test
  void givesAnswersAsTheyComeAndNeverMoreThanSixtyFourWait() throws Exception {
    ConcurrentLinkedQueue<Runnable> releases = new ConcurrentLinkedQueue<>();
    NameServer.Script holding =
        (query, answers, overTcp) ->
            releases.add(
                () -> {
                  try {
                    answers.send(NameServer.reply(query));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    try (NameServer server = new NameServer(holding);
        DnsLab lab = new DnsLab(server, RelaySettings.DEFAULTS, Learner.NONE, "*");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      byte[][] queries = new byte[100][];
      for (int i = 0; i < 100; i++) {
        queries[i] = UdpAsker.query(i, "n" + i + ".example.com.");
      }
      asker.send(queries);
      await().until(() -> releases.size() == 64);
      await().during(Duration.ofMillis(100)).until(() -> releases.size() == 64);
      List<Runnable> reversed = new ArrayList<>(releases);
      Collections.reverse(reversed);
      releases.clear();
      reversed.forEach(Runnable::run);
      assertThat(asker.receive().getHeader().getID()).as("the last query first").isEqualTo(63);
      await().until(() -> releases.size() == 36);
      releases.forEach(Runnable::run);
      Set<Integer> ids = new HashSet<>();
      for (int i = 1; i < 100; i++) {
        ids.add(asker.receive().getHeader().getID());
      }
      assertThat(ids).hasSize(99);
    }
  }

  @Test
  void carriesWhatDoesNotFitIntoADatagram() throws Exception {
    Record[] many = new Record[3_000];
    for (int i = 0; i < many.length; i++) {
      many[i] =
          new ARecord(
              Name.fromString("a.example.com."),
              DClass.IN,
              60,
              InetAddress.getByAddress(new byte[] {10, 9, (byte) (i >> 8), (byte) i}));
    }
    NameServer.Script truncating =
        (query, answers, overTcp) -> {
          byte[] answer = overTcp ? NameServer.reply(query, many) : NameServer.reply(query);
          answer[2] |= (byte) (overTcp ? 0 : 2);
          answers.send(answer);
        };
    try (NameServer server = new NameServer(truncating);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*.example.com");
        UdpAsker udp = new UdpAsker(lab.udp());
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      Message truncated = new Message(udp.ask(UdpAsker.query(1, "a.example.com.")));
      assertThat(truncated.getHeader().getFlag(Flags.TC)).isTrue();
      asker.send(UdpAsker.query(1, "a.example.com."));
      assertThat(asker.receive().getSection(Section.ANSWER)).hasSize(3_000);
    }
  }

  @Test
  void opensTheConnectionAgainThatTheServerHasClosed() throws Exception {
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      for (int i = 0; i < 3; i++) {
        asker.send(UdpAsker.query(i, "a.example.com."));
        assertThat(asker.receive().getHeader().getID()).isEqualTo(i);
        server.closeConnections();
      }
    }
  }

  @Test
  void asksTwiceAndThenSaysThatItFailed() throws Exception {
    try (NameServer server = new NameServer((query, answers, overTcp) -> {});
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      asker.send(UdpAsker.query(5, "a.example.com."));
      assertThat(asker.receive().getRcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(server.received()).hasSize(2);
    }
  }

  @Test
  void answersEverythingBeforeItClosesBehindTheClientsEnd() throws Exception {
    try (NameServer server = NameServer.giving();
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "*");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      asker.send(UdpAsker.query(1, "a.example.com."), UdpAsker.query(2, "b.example.com."));
      asker.endOutput();
      asker.receive();
      asker.receive();
      assertThat(asker.hasEnded()).isTrue();
    }
  }

  /** A second and more passes before the answer that it waits for. */
  @Test
  void takesTheNextQueryBehindALateAnswerBeforeItFinishes() throws Exception {
    ConcurrentLinkedQueue<Runnable> releases = new ConcurrentLinkedQueue<>();
    NameServer.Script holding =
        (query, answers, overTcp) ->
            releases.add(
                () ->
                    assertThatNoException()
                        .isThrownBy(() -> answers.send(NameServer.reply(query))));
    try (NameServer server = new NameServer(holding);
        DnsLab lab = new DnsLab(server, PATIENT, Learner.NONE, "*");
        TcpAsker asker = new TcpAsker(lab.tcp())) {
      asker.send(UdpAsker.query(1, "a.io."));
      await().until(() -> releases.size() == 1);
      lab.finish();
      await().pollDelay(Duration.ofMillis(1_500)).until(() -> releases.size() == 1);
      releases.remove().run();
      assertThat(asker.receive().getHeader().getID()).isEqualTo(1);
      asker.send(UdpAsker.query(2, "b.io."));
      await().until(() -> releases.size() == 1);
      releases.remove().run();
      assertThat(asker.receive().getHeader().getID()).isEqualTo(2);
      assertThat(asker.hasEnded()).as("closed when it has been quiet").isTrue();
    }
  }
}
