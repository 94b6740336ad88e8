package io.sluice.app.agent;

import io.sluice.app.exit.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Held by at most one process of a network namespace, whatever its options; free as soon as that
 * process is gone, however it ended. Its file remembers where the last agent kept its state.
 *
 * <p>A lock on a file that only root can reach, named by the namespace's number: nobody else can
 * keep the agent from starting.
 */
public final class NamespaceLock implements AutoCloseable {
  private static final Path DIRECTORY = Path.of("/run/sluice");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/net");

  private final Path file;
  private final FileChannel channel;

  private NamespaceLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes it, or returns null if another process holds it.
   *
   * @throws Refusal if the lock file can't be made
   */
  public static @Nullable NamespaceLock take() throws Refusal {
    try {
      Files.createDirectories(
          DIRECTORY,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path file = file();
      while (true) {
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Object opened = inode(file);
        if (channel.tryLock() == null) {
          channel.close();
          return null;
        }
        // Cleanup deletes the file: what was locked may no longer be what has the name.
        if (opened != null && opened.equals(inode(file))) {
          return new NamespaceLock(file, channel);
        }
        channel.close();
      }
    } catch (IOException e) {
      throw Refusal.machine(
          "can't lock a file in " + DIRECTORY + " (" + e + "): mount a tmpfs on /run");
    }
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
        ByteBuffer.wrap(state.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** Forgets that an agent ever ran here. */
  public void forget() throws IOException {
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
