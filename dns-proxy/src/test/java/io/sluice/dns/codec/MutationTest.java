package io.sluice.dns.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.NameServer;
import io.sluice.dns.UdpAsker;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
import org.xbill.DNS.SVCBBase.ParameterIpv4Hint;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

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
      read += OtherCodec.check(mutated(valid)) == null ? 0 : 1;
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
      Answer answer = OtherCodec.check(query, bytes);
      credited += answer == null ? 0 : answer.addresses().size();
      compared += answer == null || OtherCodec.found(bytes) == null ? 0 : 1;
    }
    assertThat(credited).isGreaterThan(ROUNDS / 10);
    assertThat(compared).isGreaterThan(ROUNDS / 10);
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
