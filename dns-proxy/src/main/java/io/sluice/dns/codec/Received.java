package io.sluice.dns.codec;

/** What a client has sent: a query that has one reading, or a fault. */
public sealed interface Received permits Query, Fault {

  /**
   * Reads a message to its last byte.
   *
   * @param message taken over, not to be changed any more
   */
  static Received read(byte[] message) {
    return QueryReader.read(message);
  }

  /** The message as it came. */
  byte[] message();
}
