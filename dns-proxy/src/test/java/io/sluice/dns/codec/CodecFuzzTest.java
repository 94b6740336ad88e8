package io.sluice.dns.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.dns.UdpAsker;
import java.io.IOException;
import java.util.Arrays;

/**
 * Any bytes whatever, guided by what they reach: the seeds beside this class in every build, and
 * for minutes on end where asked for ({@code JAZZER_FUZZ=1}, one method at a time).
 */
class CodecFuzzTest {
  private final Query asked;

  CodecFuzzTest() throws IOException {
    asked = (Query) Received.read(UdpAsker.query(1, "www.example.com."));
  }

  @FuzzTest(maxDuration = "5m")
  void query(byte[] message) throws IOException {
    OtherCodec.check(message);
  }

  /**
   * An answer to one query, so that the fuzzer need not find its question.
   *
   * @param rest the flags, the number of records in the answer section, and all behind the question
   */
  @FuzzTest(maxDuration = "5m")
  void answer(byte[] rest) throws IOException {
    if (rest.length < 4) {
      return;
    }
    int end = asked.questionEnd();
    byte[] message = Arrays.copyOf(asked.message(), end + rest.length - 4);
    message[2] = (byte) (rest[0] | 0x80);
    message[3] = rest[1];
    message[6] = rest[2];
    message[7] = rest[3];
    System.arraycopy(rest, 4, message, end, rest.length - 4);
    OtherCodec.check(asked, message);
  }
}
