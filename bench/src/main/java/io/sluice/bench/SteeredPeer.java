package io.sluice.bench;

import io.sluice.bpf.steer.Datapath;
import io.sluice.bpf.steer.DatapathState;
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
 * @param shortCut whether bytes between it and the pods pass TCP/IP by
 */
record SteeredPeer(
    String name, String config, Function<Path, List<String>> command, boolean shortCut)
    implements Contender {
  private static final int PORT = 15001;
  private static final int SERVER = 1;
  private static final int CLIENT = 2;

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
                "error"),
        false);
  }

  static SteeredPeer haproxy(boolean shortCut) {
    return new SteeredPeer(
        shortCut ? "HAProxy 2.6, short-cut" : "HAProxy 2.6",
        "haproxy.cfg",
        file ->
            List.of(
                "env",
                "LD_PRELOAD=" + System.getProperty("bench.marks", ""),
                "haproxy",
                "-db",
                "-f",
                file.toString()),
        shortCut);
  }

  @Override
  public boolean judges() {
    return true;
  }

  @Override
  public Running start(Rig rig) {
    Path file = rig.writeResource(config);
    Process process = rig.spawn(rig.lab().node(), name, command.apply(file));
    try {
      Datapath datapath =
          rig.steer(
              state(rig),
              shortCut,
              Listener.INGRESS_V4,
              () -> ForeignSocket.awaitListener(process, PORT));
      return new Running(
          OptionalLong.of(process.pid()),
          () -> 0,
          () -> {
            rig.end(process);
            datapath.close();
            rig.forgetSteering();
          });
    } catch (RuntimeException failure) {
      rig.end(process);
      rig.forgetSteering();
      throw failure;
    }
  }

  private static DatapathState state(Rig rig) {
    return new DatapathState(
        List.of(
            Stage.endpoint(SERVER, rig.server(), Enforcement.ENFORCED, Enforcement.NONE),
            Stage.endpoint(CLIENT, rig.client(), Enforcement.NONE, Enforcement.NONE)),
        List.of(
            PolicyEntry.of(
                SERVER,
                false,
                PolicyEntry.ANY,
                PolicyEntry.TCP,
                Rig.PORT,
                Rig.PORT,
                PolicyEntry.Action.STEER)),
        List.of());
  }
}
