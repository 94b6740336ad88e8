package io.sluice.dns.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.UdpAsker;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class QueryTest {

  @Test
  void readsWhatAnotherCodecHasWritten() throws Exception {
    Message message = UdpAsker.query(0xbeef, "WWW.example.com.", Type.AAAA);
    message.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
    Query query = (Query) Received.read(message.toWire());

    assertThat(query.id()).isEqualTo(0xbeef);
    assertThat(query.name()).hasToString("www.example.com.");
    assertThat(query.type()).isEqualTo(Type.AAAA);
    assertThat(query.isInternet()).isTrue();
    assertThat(query.hasEdns()).isTrue();
    assertThat(query.isDnssecOk()).isFalse();
    assertThat(new Message(query.numbered(7)).getHeader().getID()).isEqualTo(7);
  }

  @Test
  void refusesTwoReadings() throws Exception {
    byte[] query = UdpAsker.query(1, "a.io.");
    byte[] trailing = Arrays.copyOf(query, query.length + 1);
    byte[] twoQuestions = query.clone();
    twoQuestions[5] = 2;
    byte[] missingRecord = query.clone();
    missingRecord[11] = 1;
    Message options = UdpAsker.query(1, "a.io.", Type.A);
    options.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
    options.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
    Message misplaced = UdpAsker.query(1, "a.io.", Type.A);
    misplaced.addRecord(new OPTRecord(1232, 0, 0), Section.ANSWER);
    for (byte[] bytes :
        new byte[][] {
          trailing, twoQuestions, missingRecord, options.toWire(), misplaced.toWire()
        }) {
      assertThat(Received.read(bytes))
          .isInstanceOfSatisfying(
              Fault.class,
              fault -> assertThat(fault.answer()).isEqualTo(Fault.Response.FORMAT_ERROR));
    }
  }

  @Test
  void takesNoPartOfAQueryForAQuery() throws Exception {
    byte[] query = UdpAsker.query(1, "a.io.");
    for (int length = 0; length < query.length; length++) {
      assertThat(Received.read(Arrays.copyOf(query, length))).isInstanceOf(Fault.class);
    }
  }
}
