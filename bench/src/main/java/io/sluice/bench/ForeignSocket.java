package io.sluice.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A duplicate, in this process, of a socket that another process has open.
 *
 * @param fd the descriptor here
 */
public record ForeignSocket(int fd) implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Numbers of the system calls; the same on every architecture. */
  private static final long PIDFD_OPEN = 434;

  private static final long PIDFD_GETFD = 438;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  /** Which sockets of a process take in what nobody has opened yet. */
  private enum Kind {
    LISTENER("tcp", "0A"),
    DATAGRAMS("udp", "07");

    private final String table;
    private final String state;

    Kind(String table, String state) {
      this.table = table;
      this.state = state;
    }
  }

  /**
   * Waits until the process listens on an IPv4 port of TCP and takes that socket.
   *
   * @throws IllegalStateException if it ends, or does not listen within 10 s
   */
  static ForeignSocket awaitListener(Process process, int port) {
    return await(Kind.LISTENER, process, port);
  }

  /** The same of UDP. */
  public static ForeignSocket awaitDatagrams(Process process, int port) {
    return await(Kind.DATAGRAMS, process, port);
  }

  private static ForeignSocket await(Kind kind, Process process, int port) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      OptionalInt fd = descriptor(kind, process.pid(), port);
      if (fd.isPresent()) {
        return take(process.pid(), fd.getAsInt());
      }
      // Another process's sockets can only be looked up.
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new IllegalStateException(
        process.info().commandLine().orElse("the process") + " does not listen on port " + port);
  }

  private static OptionalInt descriptor(Kind kind, long pid, int port) {
    Path proc = Path.of("/proc", Long.toString(pid));
    String local = String.format(Locale.ROOT, ":%04X", port);
    try (var table = Files.lines(proc.resolve("net").resolve(kind.table));
        var descriptors = Files.list(proc.resolve("fd"))) {
      Set<String> listening =
          table
              .map(line -> line.strip().split("\\s+", -1))
              .filter(column -> column[1].endsWith(local) && column[3].equals(kind.state))
              .map(column -> "socket:[" + column[9] + "]")
              .collect(Collectors.toSet());
      return descriptors
          .filter(link -> listening.contains(target(link)))
          .mapToInt(link -> Integer.parseInt(link.getFileName().toString()))
          .min();
    } catch (IOException | UncheckedIOException e) {
      return OptionalInt.empty(); // It is starting, or already gone.
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ForeignSocket take(long pid, int fd) {
    try {
      long process = call(PIDFD_OPEN, pid, 0, 0);
      try {
        return new ForeignSocket((int) call(PIDFD_GETFD, process, fd, 0));
      } finally {
        int _ = (int) CLOSE.invokeExact((int) process);
      }
    } catch (Throwable e) {
      throw new IllegalStateException("can't take descriptor " + fd + " of process " + pid, e);
    }
  }

  private static long call(long number, long first, long second, long third) throws Throwable {
    long result = (long) SYSCALL.invokeExact(number, first, second, third);
    if (result < 0) {
      throw new IllegalStateException("system call " + number + " refused: needs root");
    }
    return result;
  }

  @Override
  public void close() {
    try {
      int _ = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw new IllegalStateException("can't close descriptor " + fd, e);
    }
  }
}
