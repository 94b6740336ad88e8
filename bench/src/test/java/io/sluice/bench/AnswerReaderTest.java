package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerReaderTest {
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

  private final AnswerReader reader = new AnswerReader();

  @Test
  void findsTheEndWhereverTheBytesAreCut() {
    for (int cut = 1; cut < ANSWER.length(); cut++) {
      assertThat(reader.read(bytes(ANSWER.substring(0, cut)))).as("first %d bytes", cut).isFalse();
      assertThat(reader.read(bytes(ANSWER.substring(cut)))).as("the rest").isTrue();
    }
  }

  @Test
  void refusesWhatIsNotOneGoodAnswer() {
    for (String bad :
        new String[] {
          "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          ANSWER + ANSWER
        }) {
      assertThatThrownBy(() -> new AnswerReader().read(bytes(bad)))
          .as(bad)
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
