package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;
import io.sluice.http.guard.ChunkSmuggling;
import io.sluice.http.guard.HeaderConfusion;
import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import io.sluice.http.guard.TrailerSmuggling;
import java.util.Arrays;

/**
 * A chunked body (RFC 9112 7.1). Chunk data passes as it comes; a chunk line, and the end with its
 * trailers, passes only once it is proved as a whole, and without extensions.
 */
final class ChunkedBody extends Body {
  private enum State {
    SIZE,
    EXTENSION_NAME,
    EXTENSION_VALUE,
    QUOTED,
    ESCAPED,
    QUOTED_END,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    COMPLETE
  }

  private final boolean request;
  private final int trailerBytes;
  private final int trailerFields;

  private State state = State.SIZE;
  private long size;
  private int digits;
  private int extension;
  private boolean extensionStarted;
  private int trailers;
  private int trailerSize;

  // The line being read, without extensions: held until it is proved.
  private byte[] held = new byte[20];
  private int heldLength;
  private int heldLine;
  private int unit = -1;

  ChunkedBody(boolean request, int trailerBytes, int trailerFields) {
    this.request = request;
    this.trailerBytes = trailerBytes;
    this.trailerFields = trailerFields;
  }

  @Override
  public boolean isComplete() {
    return state == State.COMPLETE;
  }

  @Override
  public void read(ByteBuf in, Proved proved) throws Rejected {
    int i = in.readerIndex();
    int end = in.writerIndex();
    unit = heldLength == 0 && extension == 0 ? i : -1;
    while (i < end && state != State.COMPLETE) {
      if (state == State.DATA) {
        int count = (int) Math.min(size, end - i);
        i += count;
        size -= count;
        proved.pass(i);
        if (size == 0) {
          state = State.DATA_CR;
          unit = i;
        }
      } else if (step(in.getByte(i++))) {
        release(proved, i);
      }
    }
    in.readerIndex(i);
  }

  // Lets the line that ends before this index go on: as received if it came whole and had no
  // extension.
  private void release(Proved proved, int index) {
    if (unit >= 0 && extension == 0) {
      proved.pass(index);
    } else {
      proved.insert(held, 0, heldLength, index);
    }
    heldLength = 0;
    extension = 0;
    unit = index;
  }

  /** Reads one byte of a line; true if the line ends with it and may go on. */
  private boolean step(byte c) throws Rejected {
    switch (state) {
      case SIZE -> size(c);
      case EXTENSION_NAME, EXTENSION_VALUE, QUOTED, ESCAPED, QUOTED_END -> extension(c);
      case SIZE_LF -> {
        lineEnd(c == '\n', c);
        digits = 0;
        if (size > 0) {
          state = State.DATA;
          return true;
        }
        state = State.TRAILER;
        heldLine = heldLength;
      }
      case DATA_CR -> {
        dataEnd(c == '\r', c);
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        dataEnd(c == '\n', c);
        state = State.SIZE;
        return true;
      }
      case TRAILER -> {
        return trailer(c);
      }
      default -> throw new IllegalStateException("no line is being read");
    }
    return false;
  }

  private void size(byte c) throws Rejected {
    if (Octets.hexValue(c) >= 0) {
      size = ChunkSmuggling.size(size, ++digits, c);
      hold(c);
    } else if (digits > 0 && c == ';') {
      startExtension();
    } else if (digits > 0 && c == '\r') {
      hold(c);
      state = State.SIZE_LF;
    } else {
      throw ChunkSmuggling.line();
    }
  }

  private void startExtension() {
    extension++;
    extensionStarted = false;
    state = State.EXTENSION_NAME;
  }

  private void extension(byte c) throws Rejected {
    if (++extension > ChunkSmuggling.MAX_EXTENSION) {
      throw ChunkSmuggling.line();
    }
    switch (state) {
      case QUOTED -> {
        if (c == '"') {
          state = State.QUOTED_END;
        } else if (c == '\\') {
          state = State.ESCAPED;
        } else {
          quotable(c);
        }
      }
      case ESCAPED -> {
        quotable(c);
        state = State.QUOTED;
      }
      default -> unquoted(c);
    }
  }

  private static void quotable(byte c) throws Rejected {
    if (!Octets.isFieldValue(c)) {
      throw ChunkSmuggling.line();
    }
  }

  private void unquoted(byte c) throws Rejected {
    boolean value = state == State.EXTENSION_VALUE;
    boolean ended = state == State.QUOTED_END || extensionStarted;
    if (state != State.QUOTED_END && Octets.isToken(c)) {
      extensionStarted = true;
    } else if (value && !extensionStarted && c == '"') {
      state = State.QUOTED;
    } else if (state == State.EXTENSION_NAME && ended && c == '=') {
      state = State.EXTENSION_VALUE;
      extensionStarted = false;
    } else if (ended && c == ';') {
      startExtension();
    } else if (ended && c == '\r') {
      hold(c);
      state = State.SIZE_LF;
    } else {
      throw ChunkSmuggling.line();
    }
  }

  private boolean trailer(byte c) throws Rejected {
    if (++trailerSize > trailerBytes) {
      throw Rejected.with(431, "the trailers are too large");
    }
    hold(c);
    if (c != '\n') {
      return false;
    }
    int from = heldLine;
    int to = heldLength - 2;
    if (to < from || held[to] != '\r') {
      throw Rejected.malformed("a trailer line does not end in CR LF");
    }
    if (from == to) {
      state = State.COMPLETE;
      return true;
    }
    if (++trailers > trailerFields) {
      throw Rejected.with(431, "too many trailers");
    }
    int colon =
        request
            ? HeaderConfusion.requestName(held, from, to)
            : HeaderConfusion.responseName(held, from, to);
    TrailerSmuggling.name(held, from, colon);
    HeaderConfusion.value(held, colon + 1, to);
    heldLine = heldLength;
    return false;
  }

  private void hold(byte c) {
    if (heldLength == held.length) {
      held = Arrays.copyOf(held, heldLength * 2);
    }
    held[heldLength++] = c;
  }

  private void lineEnd(boolean expected, byte c) throws Rejected {
    if (!expected) {
      throw ChunkSmuggling.line();
    }
    hold(c);
  }

  private void dataEnd(boolean expected, byte c) throws Rejected {
    if (!expected) {
      throw ChunkSmuggling.spill();
    }
    hold(c);
  }
}
