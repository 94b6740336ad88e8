package io.sluice.proxy.sniff;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstBytesTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET / HTTP/1.1\\r\\n,            1,  HTTP1
          get / HTTP/1.1\\r\\n,            1,  HTTP1
          \\r\\nGET / HTTP/1.1\\r\\n,      1,  HTTP1
          POST /a HTTP/1.1\\r\\n,          2,  HTTP1
          PR / HTTP/1.1\\r\\n,             3,  HTTP1
          PRI / HTTP/1.1\\r\\n,            5,  HTTP1
          PRI * HTTP/1.1\\r\\n,            12, HTTP1
          PRI * HTTP/2.0\\r\\n\\r\\nSM,    12, HTTP2
          PROXY TCP4 10.0.0.1 10.0.0.2,    3,  HTTP1
          \\26\\3\\1\\2,                     2,  TLS
          \\26\\2\\1,                        2,  OTHER
          \\200\\56\\1,                      1,  OTHER
          \\0\\0\\0\\24,                     1,  OTHER
          (weird),                         1,  OTHER
          """)
  void decidesOnTheFewestBytes(String escaped, int needed, FirstBytes expected) {
    byte[] bytes = escaped.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
    for (int length = 0; length <= bytes.length; length++) {
      assertThat(of(bytes, length))
          .as("after %d bytes", length)
          .isEqualTo(length < needed ? null : expected);
    }
  }

  @Property
  void neverChangesItsMindAndReadsNothing(@ForAll("starts") byte[] bytes) {
    FirstBytes known = null;
    for (int length = 0; length <= bytes.length; length++) {
      FirstBytes now = of(bytes, length);
      if (known != null) {
        assertThat(now).isEqualTo(known);
      }
      known = now;
    }
  }

  @Property
  void needsNoMoreThanTwelveBytes(@ForAll @Size(12) byte[] bytes) {
    assertThat(of(bytes, 12)).isNotNull();
  }

  /** Random bytes rarely look like a preface: mostly damaged prefaces, sometimes anything. */
  @Provide
  Arbitrary<byte[]> starts() {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    Arbitrary<byte[]> damaged =
        Arbitraries.integers()
            .between(0, preface.length - 1)
            .flatMap(
                at ->
                    Arbitraries.bytes()
                        .map(
                            value -> {
                              byte[] bytes = preface.clone();
                              bytes[at] = value;
                              return bytes;
                            }));
    return Arbitraries.oneOf(damaged, Arbitraries.bytes().array(byte[].class).ofMaxSize(32));
  }

  private static @Nullable FirstBytes of(byte[] bytes, int length) {
    // Behind other bytes: only what is readable counts.
    ByteBuf buffer = Unpooled.buffer().writeByte('x').writeBytes(bytes, 0, length).skipBytes(1);
    FirstBytes first = FirstBytes.of(buffer);
    assertThat(buffer.readableBytes()).isEqualTo(length);
    return first;
  }
}
