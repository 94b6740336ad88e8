package io.sluice.bench;

import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WorldFolder;
import io.sluice.bpf.steer.Datapath;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.DatapathState;
import io.sluice.bpf.steer.EndpointEntry;
import io.sluice.bpf.steer.Enforcement;
import io.sluice.bpf.steer.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One node with a client pod and a server pod, where programs are put in the way between the two;
 * all of it is gone after {@link #close}.
 */
public abstract class Stage implements AutoCloseable {
  private static final int END_LIMIT_SECONDS = 5;

  private final Lab lab;
  private final Pod client;
  private final Pod server;
  private final WorldFolder world;

  /** Sets up what is the same for all protocols. */
  protected Stage(Lab lab) {
    this.lab = lab;
    client = lab.addPod("bench/client");
    server = lab.addPod("bench/server");
    world = new WorldFolder(lab);
    world.writeCluster("bench");
    world.writePod(client, Map.of("app", "client"));
    world.writePod(server, Map.of("app", "server"));
  }

  /** Raises a lab and sets up a stage in it; nothing stays if it can't. */
  protected static <S extends Stage> S raise(Function<Lab, S> setUp) {
    Lab lab = Lab.raise();
    try {
      return setUp.apply(lab);
    } catch (RuntimeException failure) {
      lab.close();
      throw failure;
    }
  }

  /** Where everything is. */
  public final Lab lab() {
    return lab;
  }

  /** Who asks. */
  public final Pod client() {
    return client;
  }

  /** Who answers. */
  public final Pod server() {
    return server;
  }

  /** What the agent is told of the cluster. */
  public final WorldFolder world() {
    return world;
  }

  /** Where a datapath keeps what it puts back. */
  private Path datapathState() {
    return lab.directory().resolve("datapath");
  }

  /** Copies a resource that is beside the stage's class into the lab's directory. */
  public final Path writeResource(String name) {
    Path file = lab.directory().resolve(name);
    try (InputStream resource = getClass().getResourceAsStream(name)) {
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
  public final Process spawn(NetworkNamespace where, String name, List<String> command) {
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

  /** Ends a process of this stage and waits until it has. */
  public final void end(Process process) {
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

  /** A pod as an endpoint of the programs. */
  public static EndpointEntry endpoint(
      int number, Pod pod, Enforcement ingress, Enforcement egress) {
    return new EndpointEntry(
        number,
        pod.hostInterface(),
        number,
        List.of(InetAddress.ofLiteral(pod.ipv4()), InetAddress.ofLiteral(pod.ipv6())),
        ingress,
        egress);
  }

  /**
   * Puts another program's socket where ours would be. What is attached outlives the datapath
   * object, as it outlives an agent, but for the short-cut.
   *
   * @param socket asked for in the node
   */
  public final Datapath steer(
      DatapathState state, boolean shortCut, Listener slot, Supplier<ForeignSocket> socket) {
    return lab.node()
        .call(
            () -> {
              Datapath datapath = Datapath.open(datapathState(), shortCut);
              try (ForeignSocket listener = socket.get()) {
                datapath.listen(slot, listener.fd());
                datapath.apply(state).unattached().stream()
                    .findAny()
                    .ifPresent(
                        endpoint -> {
                          throw new IllegalStateException("not steered: " + endpoint.reason());
                        });
                if (datapath.shortCut().active() != shortCut) {
                  throw new IllegalStateException("no short-cut: " + datapath.shortCut().missing());
                }
                return datapath;
              } catch (DatapathException | RuntimeException failure) {
                datapath.close();
                throw failure;
              }
            });
  }

  /** Takes the programs off the node again. */
  public final void forgetSteering() {
    lab.node()
        .call(
            () -> {
              Datapath.cleanup(datapathState());
              return null;
            });
  }

  @Override
  public final void close() {
    lab.close();
  }
}
