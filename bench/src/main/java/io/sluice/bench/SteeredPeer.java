package io.sluice.bench;

import io.sluice.bpf.steer.Datapath;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.DatapathState;
import io.sluice.bpf.steer.EndpointEntry;
import io.sluice.bpf.steer.Enforcement;
import io.sluice.bpf.steer.Listener;
import io.sluice.bpf.steer.PolicyEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Another proxy behind our programs: its listening socket is put where ours would be.
 *
 * <p>Both keep the client's address, connect to the original destination, and mark their sockets as
 * the programs expect it of a proxy: Envoy by its configuration, HAProxy by a preloaded library.
 *
 * @param name the name of its row
 * @param config the resource that becomes its configuration file
 * @param command the command line, given that file
 */
record SteeredPeer(String name, String config, Function<Path, List<String>> command)
    implements Contender {
  private static final int PORT = 15001;
  private static final int ENDPOINT = 1;

  static SteeredPeer envoy() {
    return new SteeredPeer(
        "Envoy 1.40",
        "envoy.yaml",
        file ->
            List.of(
                System.getProperty("bench.envoy", "envoy"),
                "--config-path",
                file.toString(),
                "--concurrency",
                "2",
                "--disable-hot-restart",
                "--log-level",
                "error"));
  }

  static SteeredPeer haproxy() {
    return new SteeredPeer(
        "HAProxy 2.6",
        "haproxy.cfg",
        file ->
            List.of(
                "env",
                "LD_PRELOAD=" + System.getProperty("bench.marks", ""),
                "haproxy",
                "-db",
                "-f",
                file.toString()));
  }

  @Override
  public boolean judges() {
    return true;
  }

  @Override
  public Running start(Rig rig) {
    Path file = rig.writeResource(config);
    Process process = rig.spawn(rig.lab().node(), name, command.apply(file));
    Runnable stop =
        () -> {
          rig.end(process);
          rig.forgetSteering();
        };
    try {
      rig.lab()
          .node()
          .call(
              () -> {
                steer(rig, process);
                return null;
              });
      return new Running(OptionalLong.of(process.pid()), () -> 0, stop);
    } catch (RuntimeException failure) {
      stop.run();
      throw failure;
    }
  }

  /** What is attached outlives the datapath object, as it outlives an agent. */
  private static void steer(Rig rig, Process process) throws DatapathException {
    var state =
        new DatapathState(
            List.of(
                new EndpointEntry(
                    ENDPOINT,
                    rig.server().hostInterface(),
                    ENDPOINT,
                    List.of(),
                    Enforcement.ENFORCED,
                    Enforcement.NONE)),
            List.of(
                PolicyEntry.of(
                    ENDPOINT,
                    false,
                    PolicyEntry.ANY,
                    PolicyEntry.TCP,
                    Rig.PORT,
                    Rig.PORT,
                    PolicyEntry.Action.STEER)),
            List.of());
    try (Datapath datapath = Datapath.open(rig.datapathState());
        ForeignSocket listener = ForeignSocket.awaitListener(process, PORT)) {
      datapath.listen(Listener.INGRESS_V4, listener.fd());
      datapath.apply(state).unattached().stream()
          .findAny()
          .ifPresent(
              endpoint -> {
                throw new IllegalStateException("not steered: " + endpoint.reason());
              });
    }
  }
}
