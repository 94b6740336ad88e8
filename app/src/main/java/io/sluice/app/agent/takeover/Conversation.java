package io.sluice.app.agent.takeover;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages between two agents on one connection; one thread may send while another receives.
 *
 * <p>Each side begins with {@code "SLTO"} and its version, and then sends messages of a length, a
 * {@link Kind} and what belongs to it. What is no such message ends the connection.
 */
final class Conversation implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /** Raised when a message changes its meaning; who has another is refused. */
  static final int VERSION = 1;

  private static final int MAGIC = 0x534c544f;

  /** For what is said at once. */
  static final Duration GREETING_LIMIT = Duration.ofSeconds(5);

  /**
   * How soon who was given it is in charge: nobody is meanwhile. Longer than that takes on a slow
   * machine.
   */
  static final Duration CHARGE_LIMIT = Duration.ofSeconds(10);

  /** More than the most addresses of a name need. */
  private static final int MOST_BYTES = 1 << 20;

  private final SocketChannel channel;

  /** What a message says. */
  enum Kind {
    /** How the predecessor steers, where its state is, and how long it may take to finish. */
    STATE('S'),
    /** Give. */
    ASKED('A'),
    /** It is given. */
    GIVEN('G'),
    /** It is not given, and why. */
    REFUSED('R'),
    /** The successor is in charge. */
    IN_CHARGE('C'),
    /** A number, and a name that was learned. */
    LEARNED('L'),
    /** The number of a name that is in force. */
    IN_FORCE('F'),
    /** The number of a name that could not be put in force. */
    NOT_IN_FORCE('N');

    private final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }

    static Kind of(byte code) throws IOException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IOException("message of unknown kind " + code);
    }
  }

  /** A message that has come. */
  record Message(Kind kind, DataInputStream content) {}

  /** Writes what belongs to a message. */
  @FunctionalInterface
  interface Content {
    Content NONE = out -> {};

    void write(DataOutputStream out) throws IOException;
  }

  Conversation(SocketChannel channel) {
    this.channel = channel;
  }

  /** Says who speaks. */
  void begin() throws IOException {
    write(ByteBuffer.allocate(2 * Integer.BYTES).putInt(MAGIC).putInt(VERSION).flip());
  }

  /** The version that the other side speaks. */
  int begun() throws IOException {
    ByteBuffer begin = read(2 * Integer.BYTES);
    if (begin == null || begin.getInt() != MAGIC) {
      throw new IOException("what was heard is no agent");
    }
    return begin.getInt();
  }

  void send(Kind kind) throws IOException {
    send(kind, Content.NONE);
  }

  synchronized void send(Kind kind, Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.write(new DataOutputStream(bytes));
    ByteBuffer message = ByteBuffer.allocate(Integer.BYTES + 1 + bytes.size());
    message.putInt(1 + bytes.size()).put(kind.code).put(bytes.toByteArray());
    write(message.flip());
  }

  /** The next message; null if the other side has ended. */
  @Nullable Message receive() throws IOException {
    ByteBuffer length = read(Integer.BYTES);
    if (length == null) {
      return null;
    }
    int bytes = length.getInt();
    if (bytes < 1 || bytes > MOST_BYTES) {
      throw new IOException("a message of " + bytes + " bytes (expected: 1 to " + MOST_BYTES + ")");
    }
    ByteBuffer message = read(bytes);
    if (message == null) {
      throw new EOFException("ended within a message");
    }
    Kind kind = Kind.of(message.get());
    byte[] content = new byte[message.remaining()];
    message.get(content);
    return new Message(kind, new DataInputStream(new ByteArrayInputStream(content)));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private @Nullable ByteBuffer read(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        if (bytes.position() == 0) {
          return null;
        }
        throw new EOFException("ended within a message");
      }
    }
    return bytes.flip();
  }

  /** Ends it if it is silent, or does not listen, for longer than that. */
  Watchdog within(Duration patience) {
    return new Watchdog(patience, this::close);
  }

  /** Ends it; whoever sends or receives meanwhile fails. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      LOG.debug("a conversation did not close", failure);
    }
  }
}
