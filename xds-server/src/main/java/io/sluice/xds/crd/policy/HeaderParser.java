package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.L7Rules.Header;
import io.sluice.xds.world.L7Rules.HeaderMatch;
import io.sluice.xds.world.L7Rules.Mismatch;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a rule says of a request's headers (policy language, 5.2 and 5.3). */
final class HeaderParser {
  private static final int MAX_LENGTH = 8_192;

  /** RFC 9110 5.6.2: what the name of a header consists of. */
  private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

  private final TlsParser secrets;

  HeaderParser(TlsParser secrets) {
    this.secrets = secrets;
  }

  /** Reads one element of {@code headers}. */
  Header header(Located field) throws RejectedException {
    String text = field.text();
    int space = text.indexOf(' ');
    String name = space < 0 ? text : text.substring(0, space);
    String value = space < 0 ? null : text.substring(space + 1);
    if (space >= 0 && name.endsWith(":")) {
      name = name.substring(0, name.length() - 1);
    }
    if (name.isEmpty() || name.startsWith(":")) {
      throw field.reject(
          "expected \"NAME: VALUE\" or \"NAME\", found \""
              + text
              + "\"; method, path and host have fields of their own");
    }
    checkValue(field, value);
    if (name.indexOf(':') >= 0) {
      field.warn(
          "without a space after the colon this asks for a header whose name contains a colon,"
              + " which no request has, so the rule never holds; write \"NAME: VALUE\"");
      return new Header(name.toLowerCase(Locale.ROOT), value);
    }
    checkName(field, name);
    if (value != null && value.equals(".*")) {
      field.warn(
          "header values are literal, but this one is taken to mean that the header must be"
              + " present with any value; write just \""
              + name
              + "\"");
      return new Header(name.toLowerCase(Locale.ROOT), null);
    }
    warnOfPattern(field, value);
    return new Header(name.toLowerCase(Locale.ROOT), value);
  }

  /** Reads one element of {@code headerMatches}. */
  HeaderMatch match(Located match) throws RejectedException {
    match.allow(Set.of("name", "value", "mismatch", "secret"));
    Located name = match.require("name");
    checkName(name, name.text());
    Located written = match.get("value");
    String value = written == null || written.text().isEmpty() ? null : written.text();
    if (written != null) {
      checkValue(written, value);
      warnOfPattern(written, value);
    }
    Located mismatch = match.get("mismatch");
    Located secret = match.get("secret");
    return new HeaderMatch(
        name.text().toLowerCase(Locale.ROOT),
        value,
        secret == null ? "" : secrets.secret(secret),
        mismatch == null ? Mismatch.FAIL : mismatch(mismatch));
  }

  private static Mismatch mismatch(Located field) throws RejectedException {
    return switch (field.text()) {
      case "" -> Mismatch.FAIL;
      case "LOG" -> Mismatch.LOG;
      case "ADD" -> Mismatch.ADD;
      case "DELETE" -> Mismatch.DELETE;
      case "REPLACE" -> Mismatch.REPLACE;
      default ->
          throw field.reject(
              "expected LOG, ADD, DELETE or REPLACE, found \""
                  + field.text()
                  + "\"; without it the rule does not hold");
    };
  }

  private static void checkName(Located field, String name) throws RejectedException {
    if (!TOKEN.matcher(name).matches()) {
      throw field.reject(
          "\"" + name + "\" is no header name: expected letters, digits and !#$%&'*+-.^_`|~");
    }
  }

  private static void checkValue(Located field, @Nullable String value) throws RejectedException {
    if (field.text().length() > MAX_LENGTH) {
      throw field.reject("longer than " + MAX_LENGTH + " characters, which no request may have");
    }
    if (value != null && value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
      throw field.reject("a header value has no control characters");
    }
  }

  private static void warnOfPattern(Located field, @Nullable String value) {
    if (value != null && looksLikePattern(value)) {
      field.warn(
          "header values are literal: the value must be exactly \""
              + value
              + "\", pattern characters included; write the values out, one rule for each");
    }
  }

  private static boolean looksLikePattern(String value) {
    return value.contains(".*")
        || value.contains(".+")
        || value.startsWith("^")
        || value.endsWith("$")
        || value.contains("[")
        || value.contains("|");
  }
}
