package io.sluice.http.codec;

import io.sluice.http.guard.HostConfusion;
import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import java.util.Arrays;

/**
 * Brings an authority into the form that rules see: lower case, without one trailing dot and
 * without the default port (RFC 9110 4.2.3). What is forwarded stays as it came.
 */
final class CanonicalAuthority {
  private CanonicalAuthority() {}

  /**
   * Checks the authority bytes[from, to).
   *
   * @return its canonical form, or null if it is canonical as it stands
   */
  static byte @org.jspecify.annotations.Nullable [] of(byte[] bytes, int from, int to)
      throws Rejected {
    int colon = HostConfusion.check(bytes, from, to);
    boolean defaultPort = to - colon == 3 && bytes[colon + 1] == '8' && bytes[colon + 2] == '0';
    boolean dot = bytes[colon - 1] == '.';
    boolean upper = false;
    for (int i = from; i < colon; i++) {
      upper |= bytes[i] >= 'A' && bytes[i] <= 'Z';
    }
    if (!defaultPort && !dot && !upper) {
      return null;
    }
    byte[] result = new byte[to - from];
    int length = 0;
    for (int i = from; i < (dot ? colon - 1 : colon); i++) {
      result[length++] = Octets.lower(bytes[i]);
    }
    for (int i = defaultPort ? to : colon; i < to; i++) {
      result[length++] = bytes[i];
    }
    return Arrays.copyOf(result, length);
  }
}
