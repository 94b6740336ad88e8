package io.sluice.dns.codec;

/**
 * What a client has sent and is no query.
 *
 * @param message as it came
 * @param answer what is said to it
 * @param reason for people, no text from traffic
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Fault(byte[] message, Response answer, String reason) implements Received {

  /** What a fault is answered with. */
  public enum Response {
    /** Nothing: it can't be told whom an answer would be for, or it is an answer itself. */
    NONE,
    /** It can't be understood (RFC 1035, 4.1.1). */
    FORMAT_ERROR,
    /** It is understood, and not supported. */
    NOT_IMPLEMENTED
  }
}
