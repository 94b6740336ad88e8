package io.sluice.app.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A named network namespace; gone, with every process and link in it, when closed. */
public final class NetworkNamespace implements AutoCloseable {
  private static final Path NAMED = Path.of("/run/netns");

  private final String name;

  private NetworkNamespace(String name) {
    this.name = name;
  }

  /** Makes one whose loopback is up and whose new addresses are usable at once. */
  static NetworkNamespace create(String name) {
    Command.check(null, "ip", "netns", "add", name);
    NetworkNamespace namespace = new NetworkNamespace(name);
    // Duplicate address detection would keep an IPv6 address from use for a second.
    namespace.sysctl("net.ipv6.conf.all.accept_dad", 0);
    namespace.sysctl("net.ipv6.conf.default.accept_dad", 0);
    namespace.ip("link set lo up");
    return namespace;
  }

  /** The namespaces that exist and whose names begin so. */
  static List<NetworkNamespace> named(String prefix) {
    if (!Files.isDirectory(NAMED)) {
      return List.of();
    }
    try (var files = Files.list(NAMED)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .map(NetworkNamespace::new)
          .toList();
    } catch (IOException e) {
      throw new LabException("can't list " + NAMED, e);
    }
  }

  /** The name, as {@code ip netns} shows it. */
  public String name() {
    return name;
  }

  Path path() {
    return NAMED.resolve(name);
  }

  /** Runs lines of {@code ip -batch} in it. */
  public void ip(String... lines) {
    Command.check(String.join("\n", lines) + "\n", "ip", "-n", name, "-batch", "-");
  }

  /** Sets a {@code net.*} kernel parameter in it. */
  public void sysctl(String key, int value) {
    Path file = Path.of("/proc/sys", key.split("\\.", -1));
    call(() -> Files.writeString(file, Integer.toString(value)));
  }

  /** The command line that runs another one in it, seeing the mounts of this process. */
  public List<String> enter(List<String> command) {
    List<String> line = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
    line.addAll(command);
    return line;
  }

  /** Runs a program in it to its end. */
  public Command.Result run(String... command) {
    return Command.run(null, enter(List.of(command)));
  }

  /**
   * Calls something on a thread of its own inside: sockets made there belong to the namespace for
   * good.
   *
   * @throws LabException wraps whatever the callable throws
   */
  public <T> T call(Callable<T> callable) {
    CompletableFuture<T> result = new CompletableFuture<>();
    // A platform thread that ends afterwards: a thread that has moved is never used again.
    Thread thread =
        Thread.ofPlatform()
            .name("in-" + name)
            .start(
                () -> {
                  try {
                    Setns.enter(path());
                    result.complete(callable.call());
                  } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                  }
                });
    try {
      thread.join();
      return result.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new LabException("in namespace " + name + ": " + cause, cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted in namespace " + name, e);
    }
  }

  /** Kills what runs in it and deletes it; its links go with it. */
  @Override
  public void close() {
    if (!Files.exists(path())) {
      return;
    }
    for (String pid : Command.check(null, "ip", "netns", "pids", name).lines().toList()) {
      long number = Long.parseLong(pid.strip());
      if (number != ProcessHandle.current().pid()) {
        ProcessHandle.of(number).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    Command.check(null, "ip", "netns", "delete", name);
  }
}
