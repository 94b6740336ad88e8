package io.sluice.http.match;

import com.google.re2j.Pattern;
import io.sluice.http.match.Literals.Literal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rule wants of a text: a regular expression that must match it as a whole, in linear time,
 * and the literals it consists of where it does.
 *
 * @param regex the compiled expression
 * @param literals the literals it stands for, or null
 * @param shown the pattern as an explanation shows it
 */
record TextPattern(Pattern regex, @Nullable Set<Literal> literals, String shown) {
  /**
   * The most steps that one match may take, about 10 ms: it runs on an event loop, and the length
   * is the client's choice. A pattern of 60 steps may meet the longest request line.
   */
  private static final long MAX_STEPS = 1_000_000;

  /** The same as {@link #matches(byte[])} for bytes[from, to), at once where literals tell. */
  boolean matches(byte[] bytes, int from, int to) {
    return (literals != null && isAscii(bytes, from, to))
        ? literals.stream().anyMatch(literal -> literal.matches(bytes, from, to))
        : matches(Arrays.copyOfRange(bytes, from, to));
  }

  private static boolean isAscii(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the value matches as a whole; what would take too long to tell does not. */
  boolean matches(byte[] value) {
    if (isTooLong(value.length)) {
      return false;
    }
    return isAscii(value, 0, value.length) ? regex.matches(value) : matchesUtf8(value);
  }

  /** Whether to match a value of so many bytes would take too many steps. */
  boolean isTooLong(int length) {
    return (long) regex.programSize() * length > MAX_STEPS;
  }

  // What is not UTF-8 has no characters that a pattern could be about.
  private boolean matchesUtf8(byte[] value) {
    try {
      return regex.matches(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException notText) {
      return false;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TextPattern that && that.regex.pattern().equals(regex.pattern());
  }

  @Override
  public int hashCode() {
    return regex.pattern().hashCode();
  }
}
