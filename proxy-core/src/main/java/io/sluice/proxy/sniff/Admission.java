package io.sluice.proxy.sniff;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which first bytes the filter of each protocol is given; a connection that starts otherwise is
 * refused before any byte goes anywhere.
 */
public final class Admission {
  // The HTTP filter also takes what is no protocol at all: it answers 400, so that people see why.
  private static final Map<String, Set<FirstBytes>> TAKES =
      Map.of(
          "http", EnumSet.of(FirstBytes.HTTP1, FirstBytes.OTHER),
          // A message begins with its length, which may look like anything.
          "dns", EnumSet.allOf(FirstBytes.class));

  private Admission() {}

  /**
   * Whether the filter of a protocol takes such a connection; one that is not listed takes none.
   */
  public static boolean takes(String protocol, FirstBytes first) {
    return TAKES.getOrDefault(protocol, Set.of()).contains(first);
  }
}
