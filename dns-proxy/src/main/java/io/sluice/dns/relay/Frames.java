package io.sluice.dns.relay;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into messages, each behind its length in two bytes (RFC 1035, 4.2.2),
 * however it was split. Takes no more memory than what has come of one message, not what its length
 * promises.
 */
final class Frames {
  private static final int FIRST_BYTES = 512;

  private byte[] part = new byte[0];
  private int length;
  private int lengthBytes;
  private int filled;

  /** How many bytes of an unfinished message it keeps. */
  int keptBytes() {
    return part.length;
  }

  /** Takes bytes from a buffer up to the end of the next message; null if it is not there yet. */
  byte @Nullable [] next(ByteBuf from) {
    while (lengthBytes < 2) {
      if (!from.isReadable()) {
        return null;
      }
      length = length << 8 | from.readUnsignedByte();
      lengthBytes++;
    }
    int taken = Math.min(length - filled, from.readableBytes());
    reserve(filled + taken);
    from.readBytes(part, filled, taken);
    filled += taken;
    if (filled < length) {
      return null;
    }
    byte[] whole = part.length == length ? part : Arrays.copyOf(part, length);
    part = new byte[0];
    length = 0;
    lengthBytes = 0;
    filled = 0;
    return whole;
  }

  private void reserve(int size) {
    if (part.length < size) {
      int wanted = Math.max(size, Math.max(FIRST_BYTES, 2 * part.length));
      part = Arrays.copyOf(part, Math.min(length, wanted));
    }
  }
}
