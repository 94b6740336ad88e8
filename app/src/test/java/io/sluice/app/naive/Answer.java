package io.sluice.app.naive;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a question.
 *
 * @param egress what the client's end says, null if it is no endpoint
 * @param ingress what the server's end says, null if it is no endpoint
 */
public record Answer(@Nullable Side egress, @Nullable Side ingress) {

  /** What may become of traffic, worst first. */
  public enum Verdict {
    CONFLICT,
    DENIED,
    PARTIAL,
    AUDIT,
    ALLOWED
  }

  /**
   * What one end says.
   *
   * @param atL7 whether a request was judged, not only a packet
   * @param proxied whether this end sends the connection to the proxy
   */
  public record Side(Verdict verdict, boolean atL7, boolean proxied) {
    static final Side PASSED = new Side(Verdict.ALLOWED, false, false);
    static final Side CONFLICT = new Side(Verdict.CONFLICT, false, false);
    static final Side DROPPED = new Side(Verdict.DENIED, false, false);

    static Side judged(Verdict verdict) {
      return new Side(verdict, true, true);
    }
  }

  /** The worse verdict of the two ends. */
  public Verdict verdict() {
    return Stream.of(egress, ingress)
        .filter(Objects::nonNull)
        .map(Side::verdict)
        .min(Verdict::compareTo)
        .orElse(Verdict.ALLOWED);
  }
}
