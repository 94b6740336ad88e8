package io.sluice.dns.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.dns.NameServer;
import io.sluice.dns.UdpAsker;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;

class AnswerTest {

  private static Name name(String text) throws Exception {
    return Name.fromString(text);
  }

  private static Record a(String owner, String address, long ttl) throws Exception {
    return new ARecord(name(owner), DClass.IN, ttl, InetAddress.ofLiteral(address));
  }

  private static Record alias(String owner, String target, long ttl) throws Exception {
    return new CNAMERecord(name(owner), DClass.IN, ttl, name(target));
  }

  private static Query query(String asked) throws Exception {
    return (Query) Received.read(UdpAsker.query(1, asked));
  }

  private static Answer answer(String asked, Record... records) throws Exception {
    Query query = query(asked);
    byte[] message = NameServer.reply(query.message(), records);
    assertThat(Answer.isTo(query, message)).isTrue();
    return Answer.read(query, message);
  }

  @Test
  void creditsAddressesAlongTheChainWhateverTheOrder() throws Exception {
    Answer answer =
        answer(
            "www.x.io.",
            a("c.cdn.net.", "192.0.2.1", 300),
            alias("b.cdn.net.", "c.cdn.net.", 20),
            alias("WWW.x.io.", "B.cdn.net.", 60),
            new AAAARecord(name("c.cdn.net."), DClass.IN, 10, InetAddress.ofLiteral("2001:db8::1")),
            a("c.cdn.net.", "192.0.2.1", 300));

    assertThat(answer.addresses())
        .containsExactly(
            new Answer.Given(InetAddress.ofLiteral("192.0.2.1"), 20),
            new Answer.Given(InetAddress.ofLiteral("2001:db8::1"), 10));
    assertThat(answer.aliases())
        .extracting(Object::toString)
        .containsExactly("b.cdn.net.", "c.cdn.net.");
    assertThat(answer.ttlSeconds()).isEqualTo(10);
  }

  @Test
  void creditsNothingElse() throws Exception {
    Answer answer =
        answer(
            "www.x.io.",
            a("other.x.io.", "192.0.2.1", 60),
            new ARecord(name("www.x.io."), DClass.CH, 60, InetAddress.ofLiteral("192.0.2.2")),
            new TXTRecord(name("www.x.io."), DClass.IN, 60, "192.0.2.3"),
            alias("elsewhere.x.io.", "third.x.io.", 60),
            a("third.x.io.", "192.0.2.4", 60));

    assertThat(answer.addresses()).isEmpty();
  }

  @Test
  void endsAChainThatIsALoop() throws Exception {
    Answer answer =
        answer(
            "a.io.",
            alias("a.io.", "b.io.", 60),
            alias("b.io.", "a.io.", 60),
            a("b.io.", "192.0.2.1", 60));

    assertThat(answer.addresses()).hasSize(1);
    assertThat(answer.aliases()).hasSize(1);
  }

  @Test
  void takesATtlWithTheHighestBitForNone() throws Exception {
    Query query = query("a.io.");
    byte[] message = NameServer.reply(query.message(), a("a.io.", "192.0.2.1", 60));
    message[query.questionEnd() + 6] = (byte) 0x80;
    assertThat(Answer.read(query, message).ttlSeconds()).isZero();
  }

  @Test
  void refusesNamesWithoutEnd() throws Exception {
    Query query = query("a.io.");
    byte[] whole = NameServer.reply(query.message(), a("a.io.", "192.0.2.1", 60));
    int owner = query.questionEnd();
    for (int pointer : new int[] {owner, owner + 2, 0x3fff}) {
      byte[] loop = whole.clone();
      loop[owner] = (byte) (0xc0 | pointer >> 8);
      loop[owner + 1] = (byte) pointer;
      assertThatThrownBy(() -> Answer.read(query, loop))
          .isInstanceOf(MalformedAnswerException.class);
    }
  }

  @Test
  void followsNoMorePointersThanANameCanHaveLabels() throws Exception {
    Query query = query("a.io.");
    assertThat(Answer.read(query, withPointers(query, 127)).addresses()).isEmpty();
    assertThatThrownBy(() -> Answer.read(query, withPointers(query, 128)))
        .isInstanceOf(MalformedAnswerException.class);
  }

  /** An address of the root, whose owner is found at the end of so many pointers. */
  private static byte[] withPointers(Query query, int pointers) {
    int before = query.questionEnd() + 11;
    ByteBuffer message = ByteBuffer.allocate(before + 1 + 2 * pointers + 14);
    message.put(query.message(), 0, query.questionEnd());
    message.put(2, (byte) 0x80).putShort(6, (short) 2).putShort(10, (short) 0);
    message.put((byte) 0).putShort((short) 16).putShort((short) 1).putInt(60);
    message.putShort((short) (1 + 2 * (pointers - 1))).put((byte) 0);
    for (int i = 0; i < pointers; i++) {
      int at = message.position();
      message.putShort((short) (0xc000 | before));
      before = at;
    }
    return message
        .putShort((short) 1)
        .putShort((short) 1)
        .putInt(60)
        .putShort((short) 4)
        .putInt(0xc0000201)
        .array();
  }

  @Test
  void refusesWhatIsCutUnlessItSaysThatItIs() throws Exception {
    Query query = query("a.io.");
    byte[] whole =
        NameServer.reply(query.message(), a("a.io.", "192.0.2.1", 60), a("a.io.", "192.0.2.2", 60));
    for (int length = query.questionEnd(); length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Answer.read(query, cut))
          .isInstanceOf(MalformedAnswerException.class);
      cut[2] |= 2;
      assertThat(Answer.read(query, cut).addresses().size()).isLessThan(2);
    }
  }

  @Test
  void refusesAnAddressOfAnotherLength() throws Exception {
    Query query = query("a.io.");
    byte[] message = NameServer.reply(query.message(), a("a.io.", "192.0.2.1", 60));
    byte[] longer = Arrays.copyOf(message, message.length + 1);
    longer[query.questionEnd() + 11] = 5;
    assertThatThrownBy(() -> Answer.read(query, longer))
        .isInstanceOf(MalformedAnswerException.class);
  }
}
