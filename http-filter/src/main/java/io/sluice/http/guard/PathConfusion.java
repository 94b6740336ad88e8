package io.sluice.http.guard;

/**
 * Refuses paths that a server may read as another path than the one that is judged.
 *
 * <p>Encoded and double-encoded slashes, backslashes and dots (CVE-2021-29492, CVE-2019-9901),
 * fragments (CVE-2021-32779), NUL and control bytes, broken escapes, overlong UTF-8, and path
 * parameters that hide a dot segment ({@code /public/..;/admin}).
 */
public final class PathConfusion {
  private PathConfusion() {}

  /** Refuses bytes that may not stand in a target at all. */
  public static Rejected forbiddenByte() {
    return Rejected.malformed("the target has a control, non-ASCII or fragment byte");
  }

  /** Refuses a backslash in the path. */
  public static void raw(byte c) throws Rejected {
    if (c == '\\') {
      throw Rejected.malformed("the path has a backslash");
    }
  }

  /**
   * Decodes the escape at {@code index}, the place of a percent sign.
   *
   * @return the byte it stands for
   */
  public static byte escape(byte[] bytes, int index, int to) throws Rejected {
    if (to - index >= 3) {
      int high = Octets.hexValue(bytes[index + 1]);
      int low = Octets.hexValue(bytes[index + 2]);
      if (high >= 0 && low >= 0) {
        return (byte) (high << 4 | low);
      }
    }
    throw Rejected.malformed("the target has a broken percent escape");
  }

  /**
   * Refuses an escape in the path whose decoded byte changes the path's structure, and one that
   * decodes into such an escape.
   *
   * @param decoded what {@link #escape} returned for it
   */
  public static void decoded(byte[] bytes, int index, int to, byte decoded) throws Rejected {
    int value = decoded & 0xff;
    if (value == '/' || value == '\\') {
      throw Rejected.malformed("the path has an encoded slash or backslash");
    }
    if (value < 0x20 || value == 0x7f) {
      throw Rejected.malformed("the path has an encoded control byte");
    }
    if (value == '%') {
      doubleEncoded(bytes, index + 3, to);
    }
    if (value >= 0xc0) {
      overlong(bytes, index, to, value);
    }
  }

  // %252e is %2e after one decoding and a dot after two; %25252e after three.
  private static void doubleEncoded(byte[] bytes, int rest, int to) throws Rejected {
    int i = rest;
    while (i + 2 <= to) {
      int high = Octets.hexValue(bytes[i]);
      int low = Octets.hexValue(bytes[i + 1]);
      int value = high < 0 || low < 0 ? -1 : high << 4 | low;
      if (value == '.' || value == '/' || value == '\\' || value == 0) {
        throw Rejected.malformed("the path has a double-encoded dot, slash, backslash or NUL");
      }
      if (value != '%') {
        return;
      }
      i += 2;
    }
  }

  // RFC 3629 3: C0, C1 and F5..FF never occur; E0 80..9F and F0 80..8F are overlong forms.
  private static void overlong(byte[] bytes, int index, int to, int lead) throws Rejected {
    boolean never = lead <= 0xc1 || lead >= 0xf5;
    if (!never && (lead == 0xe0 || lead == 0xf0) && index + 5 < to && bytes[index + 3] == '%') {
      int next = escape(bytes, index + 3, to) & 0xff;
      never = next >= 0x80 && next < (lead == 0xe0 ? 0xa0 : 0x90);
    }
    if (never) {
      throw Rejected.malformed("the path has an overlong or impossible UTF-8 escape");
    }
  }

  /**
   * Refuses path parameters that leave a dot segment or an empty segment when a server cuts them
   * off.
   *
   * @param bytes a path without dot segments and doubled slashes
   */
  public static void parameters(byte[] bytes, int from, int to) throws Rejected {
    int segment = from + 1;
    for (int i = from + 1; i <= to; i++) {
      if (i < to && bytes[i] != '/' && bytes[i] != ';') {
        continue;
      }
      if (i < to && bytes[i] == ';') {
        int length = i - segment;
        if (length == 0
            || (bytes[segment] == '.' && (length == 1 || (length == 2 && bytes[i - 1] == '.')))) {
          throw Rejected.malformed("path parameters hide an empty or a dot segment");
        }
        while (i < to && bytes[i] != '/') {
          i++;
        }
      }
      segment = i + 1;
    }
  }
}
