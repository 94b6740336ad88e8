package io.sluice.dns.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.deny.Reply;
import io.sluice.dns.match.DnsName;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.SVCBBase;
import org.xbill.DNS.SVCBBase.ParameterIpv4Hint;
import org.xbill.DNS.SVCBBase.ParameterIpv6Hint;
import org.xbill.DNS.Section;
import org.xbill.DNS.WireParseException;

/** What has to hold of any bytes whatever, by the word of another codec of DNS. */
final class OtherCodec {
  private static final int LONGEST_NAME = 255;

  private OtherCodec() {}

  /** Reads what a client may have sent, and our own answers to it; null if it is a fault. */
  static @Nullable Query check(byte[] sent) throws IOException {
    byte[] bytes = sent.clone();
    Received received = Received.read(bytes);
    assertThat(received.message()).isSameAs(bytes).isEqualTo(sent);
    switch (received) {
      case Query query -> {
        Message other = new Message(withCounts(bytes, 6));
        assertThat(other.getSection(Section.QUESTION)).hasSize(1);
        assertThat(DnsName.ofWire(other.getQuestion().getName().toWire(), 0))
            .isEqualTo(query.name());
        assertThat(other.getQuestion().getType()).isEqualTo(query.type());
        assertThat(query.name().wireLength()).isLessThanOrEqualTo(LONGEST_NAME);
        if (query.name().plain()) {
          assertThat(DnsName.of(query.name().toString())).isEqualTo(query.name());
        }
        assertForwardedAsJudged(query, sent);
        assertThat(new Message(Reply.refused(query)).getQuestion()).isEqualTo(other.getQuestion());
        assertThat(new Message(Reply.nameError(query)).getQuestion())
            .isEqualTo(other.getQuestion());
        return query;
      }
      case Fault fault -> {
        byte[] reply = Reply.to(fault);
        assertThat(reply == null).isEqualTo(fault.answer() == Fault.Response.NONE);
        if (reply != null) {
          assertThat(new Message(reply).getHeader().getID()).isEqualTo(Wire.u16(sent, 0));
        }
        return null;
      }
    }
  }

  /** Of what goes to the server only the number differs, and it reads the same. */
  private static void assertForwardedAsJudged(Query query, byte[] sent) {
    byte[] forwarded = query.numbered(~query.id() & 0xffff);
    assertThat(Arrays.copyOfRange(forwarded, 2, forwarded.length))
        .isEqualTo(Arrays.copyOfRange(sent, 2, sent.length));
    Query again = (Query) Received.read(forwarded);
    assertThat(again.name()).isEqualTo(query.name());
    assertThat(again.type()).isEqualTo(query.type());
    assertThat(again.isInternet()).isEqualTo(query.isInternet());
  }

  /**
   * Reads what a server may have sent.
   *
   * @return null if it is no answer to the query, or malformed
   */
  static @Nullable Answer check(Query query, byte[] sent) throws IOException {
    if (!Answer.isTo(query, sent)) {
      return null;
    }
    byte[] bytes = sent.clone();
    Answer answer;
    try {
      answer = Answer.read(query, bytes, true);
    } catch (MalformedAnswerException expected) {
      assertThat(expected).hasMessageMatching("[a-z ]+");
      return null;
    }
    assertThat(answer.message()).isSameAs(bytes).isEqualTo(sent);
    int records = Wire.u16(sent, 6);
    assertThat(answer.types()).hasSizeLessThanOrEqualTo(records);
    assertThat(answer.aliases()).hasSizeLessThanOrEqualTo(records);
    assertThat(answer.addresses()).hasSizeLessThanOrEqualTo(sent.length / 4);
    assertThat(answer.addresses())
        .allMatch(given -> given.ttlSeconds() >= 0 && given.ttlSeconds() <= Integer.MAX_VALUE);
    List<InetAddress> found = answer.isTruncated() ? null : found(sent);
    if (found != null) {
      assertThat(found)
          .containsAll(answer.addresses().stream().map(Answer.Given::address).toList());
    }
    return answer;
  }

  /**
   * What the other codec finds in the answer section; null if it can't read a record that says
   * nothing to us: of most types it also reads the data.
   */
  static @Nullable List<InetAddress> found(byte[] bytes) throws IOException {
    List<InetAddress> found = new ArrayList<>();
    try {
      for (Record record : new Message(withCounts(bytes, 8)).getSection(Section.ANSWER)) {
        if (record instanceof ARecord a) {
          found.add(a.getAddress());
        } else if (record instanceof AAAARecord a) {
          found.add(a.getAddress());
        } else if (record instanceof SVCBBase service) {
          if (service.getSvcParamValue(SVCBBase.IPV4HINT) instanceof ParameterIpv4Hint hint) {
            found.addAll(hint.getAddresses());
          }
          if (service.getSvcParamValue(SVCBBase.IPV6HINT) instanceof ParameterIpv6Hint hint) {
            found.addAll(hint.getAddresses());
          }
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
}
