package io.sluice.bench.dns;

import io.sluice.bench.ForeignSocket;
import io.sluice.bench.Running;
import io.sluice.bench.Stage;
import io.sluice.bpf.steer.DatapathState;
import io.sluice.bpf.steer.Enforcement;
import io.sluice.bpf.steer.Listener;
import io.sluice.bpf.steer.PolicyEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Something that stands, or does not stand, between who asks and the server. */
interface Hop {
  /** The name of its row. */
  String name();

  /** Whether it judges names: if so, one that no rule allows has to be refused. */
  boolean judges();

  /** Puts it in the way and returns once queries go through it. */
  Running start(DnsStage stage);

  /**
   * All that are compared, in the order of the table.
   *
   * @param cilium a program that runs Cilium's DNS proxy, if there is one
   */
  static List<Hop> all(Optional<Path> cilium) {
    List<Hop> all = new ArrayList<>(List.of(new Direct(), Peer.dnsdist()));
    cilium.map(Peer::cilium).ifPresent(all::add);
    all.add(new Sluice());
    return all;
  }

  /** Nothing in the way: no proxy and no program. */
  record Direct() implements Hop {
    static final String NAME = "direct";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public boolean judges() {
      return false;
    }

    @Override
    public Running start(DnsStage stage) {
      return Running.NOTHING;
    }
  }

  /** The real agent, learning, with metrics and flow records on. */
  record Sluice() implements Hop {
    static final String NAME = "Sluice";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public boolean judges() {
      return true;
    }

    @Override
    public Running start(DnsStage stage) {
      return Running.agent(stage);
    }
  }

  /**
   * Another program behind our programs: its socket is put where ours would be.
   *
   * @param port where it receives
   * @param rules a resource with rules of nftables that it needs beside, or null
   * @param command its command line
   */
  record Peer(
      String name,
      boolean judges,
      int port,
      @Nullable String rules,
      Function<DnsStage, List<String>> command)
      implements Hop {
    static final String CILIUM = "Cilium's DNS proxy";
    private static final int CILIUM_PORT = 15353;
    private static final int CLIENT = 1;

    /** A forwarder that looks at nothing. */
    static Peer dnsdist() {
      return new Peer(
          "dnsdist",
          false,
          DnsStage.PORT,
          null,
          stage ->
              List.of(
                  "env",
                  "LD_PRELOAD=" + System.getProperty("bench.marks", ""),
                  "BENCH_SERVER=" + stage.server().ipv4(),
                  "dnsdist",
                  "--supervised",
                  "--disable-syslog",
                  "-C",
                  stage.writeResource("dnsdist.conf").toString()));
    }

    static Peer cilium(Path program) {
      return new Peer(
          CILIUM,
          true,
          CILIUM_PORT,
          "cilium.nft",
          stage ->
              List.of(
                  program.toString(),
                  "-port=" + CILIUM_PORT,
                  "-client=" + stage.client().ipv4(),
                  "-server=" + stage.server().ipv4(),
                  "-pattern=" + DnsStage.PATTERN));
    }

    @Override
    public Running start(DnsStage stage) {
      Process process = stage.spawn(stage.lab().node(), name, command.apply(stage));
      Running running =
          new Running(
              OptionalLong.of(process.pid()),
              () -> 0,
              () -> {
                stage.end(process);
                stage.forgetSteering();
                if (rules != null) {
                  nft(stage, "flush", "ruleset");
                }
              });
      try {
        if (rules != null) {
          nft(stage, "-f", stage.writeResource(rules).toString());
        }
        stage
            .steer(
                state(stage),
                false,
                Listener.EGRESS_UDP_V4,
                () -> ForeignSocket.awaitDatagrams(process, port))
            .close();
        return running;
      } catch (RuntimeException failure) {
        running.close();
        throw failure;
      }
    }

    private static DatapathState state(DnsStage stage) {
      return new DatapathState(
          List.of(Stage.endpoint(CLIENT, stage.client(), Enforcement.NONE, Enforcement.ENFORCED)),
          List.of(
              PolicyEntry.of(
                  CLIENT,
                  true,
                  PolicyEntry.ANY,
                  PolicyEntry.UDP,
                  DnsStage.PORT,
                  DnsStage.PORT,
                  PolicyEntry.Action.STEER)),
          List.of());
    }

    private static void nft(DnsStage stage, String... arguments) {
      List<String> command = new ArrayList<>(List.of("nft"));
      command.addAll(List.of(arguments));
      var done = stage.lab().node().run(command.toArray(String[]::new));
      if (done.exit() != 0) {
        throw new IllegalStateException("nft: " + done.errors());
      }
    }
  }
}
