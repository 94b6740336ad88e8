package io.sluice.dns.codec;

/** What came from a server can't be read; the message has no text from traffic. */
public final class MalformedAnswerException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedAnswerException(String reason) {
    // Without a stack: whoever floods us with such answers must not make them dear.
    super(reason, null, false, false);
  }
}
