package io.sluice.http.guard;

/**
 * Refuses expectations other than {@code 100-continue} (RFC 9110 10.1.1): who waits for what would
 * differ between client, proxy and server ("0.CL", "Expect: y 100-continue").
 */
public final class ExpectConfusion {
  private static final byte[] CONTINUE = Octets.ascii("100-continue");

  private ExpectConfusion() {}

  /** Checks the value of an Expect field. */
  public static void check(byte[] bytes, int from, int to) throws Rejected {
    if (!Octets.equalsIgnoreCase(bytes, from, to, CONTINUE)) {
      throw Rejected.with(417, "the expectation is not 100-continue");
    }
  }
}
