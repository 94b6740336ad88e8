package io.sluice.proxy.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The form of a value: how it is read, and in which words it is asked for.
 *
 * @param <T> what it becomes
 */
sealed interface Setting<T> {

  /** Reads the value that the parser stands at; null if it is not of this form. */
  @Nullable T read(JsonParser parser) throws IOException;

  /** What is expected, such as {@code a whole number of 1..100}. */
  String expected();

  /** How a value is written in the file. */
  default String text(T value) {
    return value.toString();
  }

  /** A whole number. */
  record Whole(int least, int most) implements Setting<Integer> {
    @Override
    public @Nullable Integer read(JsonParser parser) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() != JsonParser.NumberType.INT) {
        return null;
      }
      int value = parser.getIntValue();
      return value < least || value > most ? null : value;
    }

    @Override
    public String expected() {
      return "a whole number of " + least + ".." + most;
    }
  }

  /** A duration, such as {@code 10s}. */
  record Time(Duration least, Duration most) implements Setting<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    @Override
    public @Nullable Duration read(JsonParser parser) throws IOException {
      Matcher form = FORM.matcher(parser.currentToken().isScalarValue() ? parser.getText() : "");
      if (!form.matches()) {
        return null;
      }
      long amount = Long.parseLong(form.group(1));
      Duration value =
          switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
      return value.compareTo(least) < 0 || value.compareTo(most) > 0 ? null : value;
    }

    @Override
    public String expected() {
      return "a duration of " + text(least) + ".." + text(most) + " (units: ms s m h d)";
    }

    @Override
    public String text(Duration duration) {
      if (duration.toMillisPart() > 0) {
        return duration.toMillis() + "ms";
      }
      if (duration.toSecondsPart() > 0) {
        return duration.toSeconds() + "s";
      }
      if (duration.toMinutesPart() > 0) {
        return duration.toMinutes() + "m";
      }
      return duration.toHoursPart() > 0 ? duration.toHours() + "h" : duration.toDays() + "d";
    }
  }

  /** One of some words: the names of an enum's values in lower case, hyphenated. */
  record Choice<E extends Enum<E>>(Class<E> of) implements Setting<E> {
    @Override
    public @Nullable E read(JsonParser parser) throws IOException {
      String word = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
      for (E value : of.getEnumConstants()) {
        if (text(value).equals(word)) {
          return value;
        }
      }
      return null;
    }

    @Override
    public String expected() {
      return Arrays.stream(of.getEnumConstants())
          .map(this::text)
          .collect(Collectors.joining(" or "));
    }

    @Override
    public String text(E value) {
      return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Yes or no. */
  record Flag() implements Setting<Boolean> {
    @Override
    public @Nullable Boolean read(JsonParser parser) {
      return switch (parser.currentToken()) {
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        default -> null;
      };
    }

    @Override
    public String expected() {
      return "true or false";
    }
  }

  /** A list of header names. */
  record Names() implements Setting<List<String>> {
    private static final Pattern NAME = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]{1,256}");
    private static final int MOST = 256;

    @Override
    public @Nullable List<String> read(JsonParser parser) throws IOException {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        return null;
      }
      List<String> names = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.VALUE_STRING
            || !NAME.matcher(parser.getText()).matches()
            || names.size() == MOST) {
          return null;
        }
        names.add(parser.getText());
      }
      return List.copyOf(names);
    }

    @Override
    public String expected() {
      return "a list of up to " + MOST + " header names";
    }
  }
}
