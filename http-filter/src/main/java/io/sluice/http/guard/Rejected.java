package io.sluice.http.guard;

/**
 * Bytes that have no one safe reading: the message and its connection end here.
 *
 * <p>Carries no stack trace: a peer can make as many of these as it likes.
 */
public final class Rejected extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  private Rejected(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  /** A message that is malformed or ambiguous: 400. */
  public static Rejected malformed(String reason) {
    return new Rejected(400, reason);
  }

  /**
   * A refusal with a status of its own.
   *
   * @param status 400..599
   * @param reason one sentence for people, no text from traffic
   */
  public static Rejected with(int status, String reason) {
    return new Rejected(status, reason);
  }

  /** The status to answer a client with. */
  public int status() {
    return status;
  }

  /** One sentence for people, without any text from traffic. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
