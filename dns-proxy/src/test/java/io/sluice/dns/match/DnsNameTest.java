package io.sluice.dns.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A name has one form, whatever it was read from. */
class DnsNameTest {

  @ParameterizedTest
  @CsvSource({
    "example.com,   example.com.",
    "EXAMPLE.Com.,  example.com.",
    "_x._tcp.a,     _x._tcp.a.",
    "a+b,           a+b.",
    ".,             ."
  })
  void readsText(String text, String shown) {
    DnsName name = DnsName.of(text);
    assertThat(name).isNotNull().hasToString(shown);
    assertThat(DnsName.ofWire(name.bytes(), 0)).isEqualTo(name).hasSameHashCodeAs(name);
    assertThat(name.wireLength()).isEqualTo(name.bytes().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a..b", ".a", "a b", "a\\.b", "a\u0000b", "ä.io"})
  void knowsWhatIsNoName(String text) {
    assertThat(DnsName.of(text)).isNull();
  }

  @Test
  void hasBounds() {
    assertThat(DnsName.of("a".repeat(63))).isNotNull();
    assertThat(DnsName.of("a".repeat(64))).isNull();
    DnsName longest = DnsName.of("a.".repeat(126) + "a");
    assertThat(longest).isNotNull();
    assertThat(longest.wireLength()).isEqualTo(255);
    assertThat(longest.labelCount()).isEqualTo(127);
    assertThat(DnsName.ofWire(longest.bytes(), 0)).isEqualTo(longest);
    assertThat(DnsName.of("a.".repeat(127) + "a")).isNull();
    assertThat(DnsName.of("a.".repeat(126) + "ab")).isNull();
    byte[] tooLong = new byte[70_000];
    for (int i = 0; i < tooLong.length; i += 2) {
      tooLong[i] = 1;
    }
    assertThat(DnsName.ofWire(tooLong, 0)).isNull();
  }

  @Test
  void readsANameInsideAMessage() {
    byte[] message = wire("xx\3wWw\2IO\0yy");
    assertThat(DnsName.ofWire(message, 2)).hasToString("www.io.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\3www", // no end
        "\3ww", // shorter than it says
        "", // nothing
        "\3www\u00c0\0", // a pointer
        "\u00c0\0", // nothing but a pointer
        "\100" + "a" // a length that is none (0x40)
      })
  void knowsWhatIsNoNameInAMessage(String message) {
    assertThat(DnsName.ofWire(wire(message), 0)).isNull();
  }

  @Test
  void aDotInsideALabelIsNoSeparator() throws Exception {
    DnsName odd = DnsName.ofWire(wire("\5a.com\0"), 0);
    assertThat(odd).hasToString("a\\.com.").isNotEqualTo(DnsName.of("a.com"));
    for (String pattern : new String[] {"a.com", "*.com", "**.com", "*"}) {
      assertThat(NamePattern.of(pattern).matches(odd)).as(pattern).isFalse();
      assertThat(Rules.patterns(List.of(pattern)).match(new DnsRequest(odd, 1)))
          .as(pattern)
          .isNegative();
    }
  }

  @Test
  void showsNothingThatALogCouldMisread() {
    assertThat(DnsName.ofWire(wire("\6a\n\\\u00ff \"\0"), 0))
        .hasToString("a\\010\\\\\\255\\032\".");
  }

  @Property(tries = 5_000)
  void neverFailsOnAnyBytes(@ForAll byte[] message) {
    DnsName name = DnsName.ofWire(message, 0);
    if (name != null) {
      assertThat(name.wireLength()).isLessThanOrEqualTo(message.length);
      assertThat(name.toString()).matches("[!-~]+");
    }
  }

  private static byte[] wire(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
