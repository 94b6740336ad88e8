package io.sluice.dns.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.dns.NameServer;
import io.sluice.dns.UdpAsker;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.HTTPSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.SVCBBase;
import org.xbill.DNS.SVCBRecord;
import org.xbill.DNS.Type;

/** Data of SVCB and HTTPS records, in hexadecimal digits, and what answers make of it. */
class ServiceHintsTest {
  private static final String V6 = "20010db8000000000000000000000001";

  private static List<InetAddress> read(String data) {
    byte[] bytes = HexFormat.of().parseHex(data.replace(" ", ""));
    byte[] message = new byte[20 + bytes.length + 1];
    Arrays.fill(message, (byte) 0x04);
    System.arraycopy(bytes, 0, message, 20, bytes.length);
    return ServiceHints.read(message, 20, 20 + bytes.length);
  }

  @ParameterizedTest
  @CsvSource({
    "0001 00, ''",
    "0001 00 0004 0004 c0000201, 192.0.2.1",
    "0001 00 0004 0008 c0000201 c0000202, 192.0.2.1 192.0.2.2",
    "0001 00 0006 0010 " + V6 + ", 2001:db8:0:0:0:0:0:1",
    "0010 0363646e00 0001 0003 026832 0004 0004 c0000201 0006 0010 "
        + V6
        + " 8000 0001 ff"
        + ", 192.0.2.1 2001:db8:0:0:0:0:0:1",
    // That of packets to it.
    "0001 00 0006 0010 00000000000000000000ffffc0000201, 192.0.2.1",
    // An alias: its parameters are ignored.
    "0000 0363646e00 0004 0004 c0000201, ''",
    "0000 0363646e00, ''",
    // Another key with what looks like an address; what it means is not ours to say.
    "0001 00 0005 0004 c0000201, ''",
    "0001 00 0003 0000, ''",
  })
  void gives(String data, String addresses) {
    assertThat(Objects.requireNonNull(read(data)).stream().map(InetAddress::getHostAddress))
        .containsExactly(addresses.isEmpty() ? new String[0] : addresses.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0001",
        "0001 03", // no whole target
        "0001 0363646e",
        "0001 c00c", // a compressed one
        "0001 0363646e c00c",
        "0001 00 00", // no whole parameter
        "0001 00 0004 00",
        "0001 00 0004 0004",
        "0001 00 0004 0004 c00002", // behind its end
        "0001 00 0001 ffff 026832",
        "0001 00 0004 0000", // none
        "0001 00 0006 0000",
        "0001 00 0004 0003 c00002", // not whole
        "0001 00 0004 0005 c000020101",
        "0001 00 0006 0004 c0000201",
        "0001 00 0004 0004 c0000201 0004 0004 c0000202", // keys that don't ascend
        "0001 00 0006 0010 " + V6 + " 0004 0004 c0000201",
        "0001 00 0005 0000 0004 0004 c0000201",
        "0001 00 0004 0004 c0000201 00", // more behind the last
        "0000 00 0004 0003 c00002", // an alias, too
      })
  void isMalformed(String data) {
    assertThat(read(data)).isNull();
  }

  @Test
  void areCreditedLikeAddressesAndOnlyWhereTheyAreWanted() throws Exception {
    Name asked = Name.fromString("www.x.io.");
    Name target = Name.fromString("c.cdn.net.");
    Query query = query();
    byte[] message =
        NameServer.reply(
            query.message(),
            new CNAMERecord(asked, DClass.IN, 60, target),
            new HTTPSRecord(target, DClass.IN, 20, 1, Name.root, hints()),
            new SVCBRecord(target, DClass.IN, 90, 2, asked, hints()),
            new ARecord(target, DClass.IN, 300, InetAddress.ofLiteral("192.0.2.1")),
            new ARecord(target, DClass.IN, 300, InetAddress.ofLiteral("192.0.2.9")),
            new HTTPSRecord(Name.fromString("other.io."), DClass.IN, 60, 1, Name.root, hints()));

    assertThat(Answer.read(query, message, true).addresses())
        .containsExactly(
            new Answer.Given(InetAddress.ofLiteral("192.0.2.1"), 20),
            new Answer.Given(InetAddress.ofLiteral("2001:db8::1"), 20),
            new Answer.Given(InetAddress.ofLiteral("192.0.2.9"), 60));
    assertThat(Answer.read(query, message).addresses())
        .extracting(Answer.Given::address)
        .containsExactly(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("192.0.2.9"));
  }

  @Test
  void whatIsMalformedMakesItsAnswerMalformedWhereTheyAreWanted() throws Exception {
    Query query = query();
    byte[] message =
        NameServer.reply(
            query.message(),
            new HTTPSRecord(
                Name.fromString("www.x.io."),
                DClass.IN,
                60,
                1,
                Name.root,
                List.of(hints().getFirst())));
    message[message.length - 5] = 3; // the length of the hint
    assertThatThrownBy(() -> Answer.read(query, message, true))
        .isInstanceOf(MalformedAnswerException.class);
    assertThat(Answer.read(query, message).addresses()).isEmpty();
  }

  private static Query query() throws Exception {
    return (Query) Received.read(UdpAsker.query(1, "www.x.io.", Type.HTTPS).toWire());
  }

  private static List<SVCBBase.ParameterBase> hints() throws Exception {
    return List.of(
        new SVCBBase.ParameterIpv4Hint(List.of((Inet4Address) InetAddress.ofLiteral("192.0.2.1"))),
        new SVCBBase.ParameterIpv6Hint(
            List.of((Inet6Address) InetAddress.ofLiteral("2001:db8::1"))));
  }
}
