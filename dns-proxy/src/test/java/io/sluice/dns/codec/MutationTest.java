package io.sluice.dns.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.NameServer;
import io.sluice.dns.UdpAsker;
import io.sluice.dns.deny.Reply;
import io.sluice.dns.match.DnsName;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.HTTPSRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SVCBBase;
import org.xbill.DNS.SVCBBase.ParameterIpv4Hint;
import org.xbill.DNS.SVCBBase.ParameterIpv6Hint;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;

/** Messages with a few bytes changed, cut or added: always one of the expected ends, and soon. */
@Timeout(30)
class MutationTest {
  private static final int ROUNDS = 60_000;

  private static final ParameterIpv4Hint HINTS =
      new ParameterIpv4Hint(
          List.of(
              (Inet4Address) InetAddress.ofLiteral("192.0.2.2"),
              (Inet4Address) InetAddress.ofLiteral("192.0.2.3")));

  private final Random random = new Random(20_001);

  @Test
  void aQueryIsReadAsAnotherCodecReadsItOrNotAtAll() throws Exception {
    Message whole = UdpAsker.query(1, "www.example.com.", Type.A);
    whole.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
    byte[] valid = whole.toWire();
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = mutated(valid);
      Received received = Received.read(bytes);
      switch (received) {
        case Query query -> {
          read++;
          Message other = new Message(withCounts(bytes, 6));
          assertThat(other.getSection(Section.QUESTION)).hasSize(1);
          assertThat(DnsName.ofWire(other.getQuestion().getName().toWire(), 0))
              .isEqualTo(query.name());
          assertThat(other.getQuestion().getType()).isEqualTo(query.type());
          assertThat(new Message(Reply.refused(query)).getQuestion())
              .isEqualTo(other.getQuestion());
          new Message(Reply.nameError(query));
        }
        case Fault fault -> Reply.to(fault);
      }
    }
    assertThat(read).as("not all mutations are faults").isGreaterThan(ROUNDS / 100);
  }

  @Test
  void anAnswerCreditsNoAddressThatAnotherCodecDoesNotFind() throws Exception {
    Query query = (Query) Received.read(UdpAsker.query(1, "www.example.com."));
    Name cdn = Name.fromString("edge.cdn.example.net.");
    byte[] valid =
        NameServer.reply(
            query.message(),
            new CNAMERecord(Name.fromString("www.example.com."), DClass.IN, 60, cdn),
            new ARecord(cdn, DClass.IN, 30, InetAddress.ofLiteral("192.0.2.1")),
            new AAAARecord(cdn, DClass.IN, 30, InetAddress.ofLiteral("2001:db8::1")),
            new HTTPSRecord(cdn, DClass.IN, 30, 1, Name.root, List.of(HINTS)));
    int credited = 0;
    int compared = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = mutated(valid);
      if (!Answer.isTo(query, bytes)) {
        continue;
      }
      try {
        Answer answer = Answer.read(query, bytes, true);
        credited += answer.addresses().size();
        List<InetAddress> found = answer.isTruncated() ? null : found(bytes);
        if (found != null) {
          compared++;
          assertThat(found)
              .containsAll(answer.addresses().stream().map(Answer.Given::address).toList());
        }
      } catch (MalformedAnswerException expected) {
        assertThat(expected).hasMessageMatching("[a-z ]+");
      }
    }
    assertThat(credited).isGreaterThan(ROUNDS / 10);
    assertThat(compared).isGreaterThan(ROUNDS / 10);
  }

  /**
   * What the other codec finds in the answer section; null if it can't read a record that says
   * nothing to us: of most types it also reads the data.
   */
  private static @Nullable List<InetAddress> found(byte[] bytes) throws IOException {
    List<InetAddress> found = new ArrayList<>();
    try {
      for (Record record : new Message(withCounts(bytes, 8)).getSection(Section.ANSWER)) {
        if (record instanceof ARecord a) {
          found.add(a.getAddress());
        } else if (record instanceof AAAARecord a) {
          found.add(a.getAddress());
        } else if (record instanceof SVCBBase service
            && service.getSvcParamValue(SVCBBase.IPV4HINT) instanceof ParameterIpv4Hint hint) {
          found.addAll(hint.getAddresses());
        } else if (record instanceof SVCBBase service
            && service.getSvcParamValue(SVCBBase.IPV6HINT) instanceof ParameterIpv6Hint hint) {
          found.addAll(hint.getAddresses());
        }
      }
    } catch (WireParseException unread) {
      return null;
    }
    return found;
  }

  /** The message as if the sections behind were empty: whose count is at {@code from} or later. */
  private static byte[] withCounts(byte[] message, int from) {
    byte[] shorter = message.clone();
    Arrays.fill(shorter, from, 12, (byte) 0);
    return shorter;
  }

  private byte[] mutated(byte[] valid) {
    int length = valid.length;
    if (random.nextInt(4) == 0) {
      length = Math.max(0, length + random.nextInt(-8, 8));
    }
    byte[] bytes = Arrays.copyOf(valid, length);
    for (int changes = random.nextInt(1, 4); changes > 0 && length > 0; changes--) {
      bytes[random.nextInt(length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
