package io.sluice.dns.codec;

/** What can be said of any message that has a header. */
public final class Message {
  /** Bytes of the header; no message is shorter. */
  public static final int HEADER_BYTES = Wire.HEADER;

  /** The longest that there can be: over TCP its length has 16 bits. */
  public static final int MOST_BYTES = 0xffff;

  private Message() {}

  /** The number of a message, 0..65535. */
  public static int id(byte[] message) {
    return Wire.u16(message, 0);
  }

  /** A copy under another number; every other byte is the same. */
  public static byte[] numbered(byte[] message, int id) {
    byte[] copy = message.clone();
    copy[0] = (byte) (id >> 8);
    copy[1] = (byte) id;
    return copy;
  }
}
