package io.sluice.app.agent;

import io.sluice.app.exit.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Held by at most one process of a network namespace, whatever its options; free as soon as that
 * process is gone, however it ended. Its file remembers where the last agent kept its state.
 *
 * <p>Who wants it must first have the <em>turn</em>, which one process at a time has: so the holder
 * can let go for the one whose turn it is, and nobody slips in between.
 *
 * <p>Locks on two bytes of a file that only root can reach, named by the namespace's number: nobody
 * else can keep the agent from starting.
 */
public final class NamespaceLock implements AutoCloseable {
  private static final Path DIRECTORY = Path.of("/run/sluice");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/net");
  private static final long HOLDER = 0;
  private static final long TURN = 1;
  private static final long RETRY_MILLIS = 100;

  private final Path file;
  private final FileChannel channel;
  private @Nullable FileLock turn;
  private @Nullable FileLock holder;

  private NamespaceLock(Path file, FileChannel channel, FileLock turn) {
    this.file = file;
    this.channel = channel;
    this.turn = turn;
  }

  /**
   * Takes it, or returns null if another process holds it or is about to.
   *
   * @throws Refusal if the lock file can't be made
   */
  public static @Nullable NamespaceLock take() throws Refusal {
    NamespaceLock lock = takeTurn(Duration.ZERO);
    if (lock == null) {
      return null;
    }
    if (!lock.hold()) {
      lock.close();
      return null;
    }
    lock.endTurn();
    return lock;
  }

  /**
   * Waits for the turn; to be followed by {@link #hold} and {@link #endTurn}.
   *
   * @return null if others have it for longer than that
   * @throws Refusal if the lock file can't be made
   */
  static @Nullable NamespaceLock takeTurn(Duration patience) throws Refusal {
    long end = System.nanoTime() + patience.toNanos();
    try {
      Files.createDirectories(
          DIRECTORY,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      while (true) {
        NamespaceLock lock = tryTurn();
        if (lock != null || System.nanoTime() - end >= 0) {
          return lock;
        }
        // Tried again, for a lock on a file is waited for without end, or not at all.
        Thread.sleep(RETRY_MILLIS);
      }
    } catch (IOException e) {
      throw Refusal.machine(
          "can't lock a file in " + DIRECTORY + " (" + e + "): mount a tmpfs on /run");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static @Nullable NamespaceLock tryTurn() throws IOException {
    Path file = file();
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      Object opened = inode(file);
      FileLock turn = channel.tryLock(TURN, 1, false);
      if (turn == null) {
        channel.close();
        return null;
      }
      // Cleanup deletes the file: what was locked may no longer be what has the name.
      if (opened != null && opened.equals(inode(file))) {
        return new NamespaceLock(file, channel, turn);
      }
      channel.close();
    }
  }

  /** Takes it, now; whether nobody else holds it. */
  synchronized boolean hold() throws Refusal {
    try {
      if (holder == null) {
        holder = channel.tryLock(HOLDER, 1, false);
      }
      return holder != null;
    } catch (IOException e) {
      throw Refusal.machine("can't lock " + file + " (" + e + ")");
    }
  }

  /** Lets go of it for the one whose turn it is. */
  synchronized void letGo() throws IOException {
    if (holder != null) {
      holder.release();
      holder = null;
    }
  }

  /** Lets others have their turn. */
  synchronized void endTurn() {
    try {
      if (turn != null) {
        turn.release();
        turn = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't let go of " + file, e);
    }
  }

  /** Where the holder can be spoken to. */
  Path door() {
    return file.resolveSibling(file.getFileName() + ".door");
  }

  /**
   * Where the last agent of this namespace kept its state, or null if none ever ran. Not to be
   * asked by the holder: closing any channel of the file would let go of the lock.
   */
  public static @Nullable Path lastState() {
    try {
      String state = Files.readString(file());
      return state.isEmpty() ? null : Path.of(state);
    } catch (IOException e) {
      return null;
    }
  }

  private static Path file() throws IOException {
    String number = Files.readSymbolicLink(NAMESPACE).toString().replaceAll("\\D", "");
    return DIRECTORY.resolve("net-" + number);
  }

  private static @Nullable Object inode(Path file) throws IOException {
    try {
      return Files.getAttribute(file, "unix:ino");
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Remembers where the holder keeps its state. */
  public void remember(Path state) throws IOException {
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(state.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8)), 0);
  }

  /** Forgets that an agent ever ran here. */
  public void forget() throws IOException {
    Files.deleteIfExists(door());
    Files.deleteIfExists(file);
  }

  /** Lets go. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("can't let go of " + file, e);
    }
  }
}
