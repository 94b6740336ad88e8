package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Empties a file that somebody appends to, several times a second, as a collector does that takes
 * what is written and lets go of it.
 *
 * <p>Without it the file would grow by gigabytes in a run, and each new page of memory would be
 * fetched from the machine's host: on a virtual machine that costs more than writing to it, and is
 * a cost of the machine's and not of the writer's.
 */
public final class ShortFile implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final Thread thread;
  private final AtomicLong bytes = new AtomicLong();

  private ShortFile(Path file) {
    thread = Thread.ofPlatform().daemon().name("collector").unstarted(() -> run(file));
  }

  /** Starts to; the file exists. */
  public static ShortFile keep(Path file) {
    ShortFile keeper = new ShortFile(file);
    keeper.thread.start();
    return keeper;
  }

  /** How many bytes have been taken away so far. */
  long bytes() {
    return bytes.get();
  }

  private void run(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      while (true) {
        Thread.sleep(INTERVAL);
        bytes.addAndGet(channel.size());
        channel.truncate(0);
      }
    } catch (InterruptedException | ClosedByInterruptException e) {
      // The writer is gone.
    } catch (IOException e) {
      throw new UncheckedIOException("can't empty " + file, e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
