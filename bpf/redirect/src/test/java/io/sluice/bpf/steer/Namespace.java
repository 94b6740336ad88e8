package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A network namespace, and a thread that lives in it: sockets made on that thread belong to it. */
final class Namespace implements AutoCloseable {
  private static final String PREFIX = "sluice-bpf-";
  private static final int CLONE_NEWNET = 0x40000000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("setns"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final String name;
  private final ExecutorService inside =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  private Namespace(String name) {
    this.name = name;
  }

  /** Makes one that belongs to this process; what processes that are gone have left is removed. */
  static Namespace make(String role) throws Exception {
    for (String line : Command.require("ip", "netns", "list").lines().toList()) {
      String other = line.split(" ")[0];
      if (other.startsWith(PREFIX) && isLeft(other)) {
        Command.run("ip", "netns", "del", other);
      }
    }
    String name = PREFIX + ProcessHandle.current().pid() + "-" + role;
    Command.run("ip", "netns", "del", name);
    Command.require("ip", "netns", "add", name);
    Namespace namespace = new Namespace(name);
    namespace.inside.submit(() -> enter(name)).get();
    namespace.ip("link set lo up");
    return namespace;
  }

  private static boolean isLeft(String name) {
    String owner = name.substring(PREFIX.length()).split("-", 2)[0];
    return !owner.matches("\\d{1,9}") || ProcessHandle.of(Long.parseLong(owner)).isEmpty();
  }

  String name() {
    return name;
  }

  /** Runs on the thread that lives in this namespace. */
  <T> T call(Callable<T> what) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    inside.execute(
        () -> {
          try {
            result.complete(what.call());
          } catch (Throwable thrown) {
            result.completeExceptionally(thrown);
          }
        });
    try {
      return result.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    }
  }

  /** Runs {@code ip} with words that are separated by one space each. */
  String ip(String words) throws Exception {
    return run("ip " + words);
  }

  /** Runs a command with words that are separated by one space each. */
  String run(String words) throws Exception {
    return call(() -> Command.require(words.split(" ")));
  }

  void set(String setting, String value) throws Exception {
    call(
        () -> {
          Settings.write(setting, value);
          return null;
        });
  }

  @Override
  public void close() throws Exception {
    inside.shutdown();
    Command.require("ip", "netns", "del", name);
  }

  private static Void enter(String name) {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) OPEN.invokeExact(arena.allocateFrom("/run/netns/" + name), 0);
      int failed = (int) SETNS.invokeExact(fd, CLONE_NEWNET);
      int ignored = (int) CLOSE.invokeExact(fd);
      if (fd < 0 || failed != 0) {
        throw new IllegalStateException("can't enter the namespace " + name);
      }
      return null;
    } catch (Throwable thrown) {
      throw new IllegalStateException(thrown);
    }
  }
}
