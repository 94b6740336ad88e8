package io.sluice.dns.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.DnsLab;
import io.sluice.dns.NameServer;
import io.sluice.dns.UdpAsker;
import io.sluice.dns.match.DnsName;
import io.sluice.dns.relay.RelaySettings;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Which addresses of an answer are learned, and until when they hold, by a clock of the test. */
@Timeout(60)
class LearningTimesIT {
  private static final NamesInForce ALL =
      new NamesInForce() {
        @Override
        public boolean wants(DnsName name) {
          return true;
        }

        @Override
        public void put(Map<InetAddress, Set<DnsName>> names) {
          // Takes everything.
        }
      };

  /** Behind the TTL of an A record that ends a message: its length and its address. */
  private static final int TTL_FROM_END = 10;

  @TempDir private Path folder;

  /** At a whole step. */
  private final AtomicLong clock = new AtomicLong(1_700_000_000_000L);

  /** One that starts with nothing. */
  private Learning learning(LearnSettings settings) throws Exception {
    Path own = Files.createTempDirectory(folder, "state").resolve("names");
    Learning learning = new Learning(settings, ALL, Liveness.NONE, own, clock::get);
    learning.start();
    return learning;
  }

  private static Record a(String address) throws Exception {
    return new ARecord(Name.fromString("a.io."), DClass.IN, 60, InetAddress.ofLiteral(address));
  }

  /** With the sixteen bytes that stand for an address of IPv4. */
  private static Record mapped(String address) throws Exception {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putShort(10, (short) 0xffff)
            .put(12, InetAddress.ofLiteral(address).getAddress())
            .array();
    return new AAAARecord(Name.fromString("a.io."), DClass.IN, 60, bytes);
  }

  private static Record aaaa(String address) throws Exception {
    return new AAAARecord(Name.fromString("a.io."), DClass.IN, 60, InetAddress.ofLiteral(address));
  }

  private static List<String> learned(Learning learning) {
    return learning.names().stream()
        .flatMap(name -> name.addresses().stream())
        .map(learned -> learned.address().getHostAddress())
        .toList();
  }

  private static Message ask(NameServer server, Learning learning) throws Exception {
    try (DnsLab lab = new DnsLab(server, RelaySettings.DEFAULTS, learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      return new Message(asker.ask(UdpAsker.query(1, "a.io.")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5", // less than the least
    "4, 5",
    "5, 5",
    "6, 10", // times are kept in steps of 5 s, and no address is shut before its time
    "10, 10",
    "86399, 86400",
    "86400, 86400",
    "864000, 86400", // more than the most
    "2147483647, 86400",
    "4294967295, 5" // RFC 2181, 8: the same as 0
  })
  void anAddressHoldsForItsTtlWithinBoundsAndIsShutAtTheNextStep(long ttlSeconds, long holdsSeconds)
      throws Exception {
    Record record = a("192.0.2.1");
    NameServer.Script script =
        (query, answers, overTcp) -> {
          ByteBuffer answer = ByteBuffer.wrap(NameServer.reply(query, record));
          answer.putInt(answer.capacity() - TTL_FROM_END, (int) ttlSeconds);
          answers.send(answer.array());
        };
    try (NameServer server = new NameServer(script);
        Learning learning = learning(LearnSettings.DEFAULTS)) {
      ask(server, learning);
      clock.addAndGet(Duration.ofSeconds(holdsSeconds).toMillis() - 1);
      learning.sweep();
      assertThat(learned(learning)).as("in its last millisecond").containsExactly("192.0.2.1");
      clock.addAndGet(1);
      learning.sweep();
      assertThat(learned(learning)).as("at its end").isEmpty();
    }
  }

  /** The answer says what it says; but nothing that is not public is opened by it. */
  @Test
  void addressesThatNoPublicNameHasAreNotLearnedWhereThatIsWanted() throws Exception {
    Record[] records = {
      a("127.0.0.1"),
      a("10.1.2.3"),
      a("192.0.2.1"),
      a("169.254.169.254"),
      aaaa("fd00::1"),
      mapped("192.168.0.1"),
      mapped("192.0.2.2"),
      aaaa("2001:db8::1")
    };
    try (NameServer server = NameServer.giving(records);
        Learning guarded = learning(LearnSettings.DEFAULTS.withPublicOnly(true));
        Learning open = learning(LearnSettings.DEFAULTS)) {
      assertThat(ask(server, guarded).getSection(Section.ANSWER)).hasSize(records.length);
      assertThat(learned(guarded))
          .containsExactlyInAnyOrder("192.0.2.1", "192.0.2.2", "2001:db8:0:0:0:0:0:1");
      ask(server, open);
      assertThat(learned(open)).hasSize(records.length);
    }
    try (NameServer server = NameServer.giving(a("10.1.2.3"));
        Learning guarded = learning(LearnSettings.DEFAULTS.withPublicOnly(true))) {
      assertThat(ask(server, guarded).getSection(Section.ANSWER)).hasSize(1);
      assertThat(guarded.names()).isEmpty();
    }
  }
}
