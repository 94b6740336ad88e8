package io.sluice.bench;

import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WorldFolder;
import io.sluice.bpf.steer.Datapath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One node with a client pod and a server pod, and an nginx in the latter; all of it is gone after
 * {@link #close}.
 */
final class Rig implements AutoCloseable {
  /** Where the server listens. */
  static final int PORT = 80;

  /** What is asked for, and allowed. */
  static final String PATH = "/api/v1/data";

  private static final int END_LIMIT_SECONDS = 5;

  private final Lab lab;
  private final Pod client;
  private final Pod server;
  private final WorldFolder world;

  private Rig(Lab lab, int answerBytes) {
    this.lab = lab;
    client = lab.addPod("bench/client");
    server = lab.addPod("bench/server");
    world = new WorldFolder(lab);
    world.writeCluster("bench");
    world.writePod(client, Map.of("app", "client"));
    world.writePod(server, Map.of("app", "server"));
    for (NetworkNamespace namespace : List.of(lab.node(), client.network(), server.network())) {
      // Whatever the machine has: BBR paces, and every ten seconds holds back to see how fast it
      // is.
      namespace.run("sysctl", "-qw", "net.ipv4.tcp_congestion_control=cubic");
    }
    writeResource("nginx.conf");
    writeAnswer(answerBytes);
    String prefix = lab.directory().toString();
    spawn(server.network(), "nginx", List.of("nginx", "-p", prefix, "-c", "nginx.conf"));
  }

  /**
   * Sets it up.
   *
   * @param answerBytes how long the body of the server's answers is
   */
  static Rig raise(int answerBytes) {
    Lab lab = Lab.raise();
    try {
      return new Rig(lab, answerBytes);
    } catch (RuntimeException failure) {
      lab.close();
      throw failure;
    }
  }

  Lab lab() {
    return lab;
  }

  Pod client() {
    return client;
  }

  Pod server() {
    return server;
  }

  WorldFolder world() {
    return world;
  }

  /** Where a datapath keeps what it puts back. */
  Path datapathState() {
    return lab.directory().resolve("datapath");
  }

  /** The address of a path on the server. */
  String url(String path) {
    return "http://" + server.ipv4() + path;
  }

  /** How many TCP connections the server pod has accepted so far. */
  long acceptedByServer() {
    return server
        .network()
        .call(
            () -> {
              List<List<String>> tcp;
              try (var lines = Files.lines(Path.of("/proc/thread-self/net/snmp"))) {
                tcp =
                    lines
                        .filter(l -> l.startsWith("Tcp:"))
                        .map(l -> List.of(l.split(" ", -1)))
                        .toList();
              }
              // One line of names, one of numbers.
              return Long.parseLong(tcp.get(1).get(tcp.get(0).indexOf("PassiveOpens")));
            });
  }

  private void writeAnswer(int bytes) {
    Path file = lab.directory().resolve("answer");
    try {
      Files.writeString(file, "x".repeat(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }

  /** Copies a resource of this package into the lab's directory. */
  Path writeResource(String name) {
    Path file = lab.directory().resolve(name);
    try (InputStream resource = Rig.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException("no resource " + name);
      }
      Files.write(file, resource.readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }

  /** Starts a program in a namespace; what it says goes into a file of the lab. */
  Process spawn(NetworkNamespace where, String name, List<String> command) {
    Path log = lab.directory().resolve(name.replace(' ', '-') + ".log");
    try {
      return new ProcessBuilder(where.enter(command))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("can't start " + command, e);
    }
  }

  /** Ends a process of this rig and waits until it has. */
  void end(Process process) {
    process.destroyForcibly();
    try {
      if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a process ends", e);
    }
  }

  /** Takes the programs off the node again. */
  void forgetSteering() {
    lab.node()
        .call(
            () -> {
              Datapath.cleanup(datapathState());
              return null;
            });
  }

  @Override
  public void close() {
    lab.close();
  }
}
