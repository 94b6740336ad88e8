package io.sluice.app.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WorldFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of rule against every place, protocol, family and direction: whether the packet
 * arrives, whether its sender gets an answer, and what the flow says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatrixKT {
  /**
   * What has to become of packets, by the words of the policy language; a plain reading, made
   * without asking the program. {@code pass/drop}: it passes, and would be dropped without audit.
   */
  private static final String TABLE =
      """
      rule          port  pod        other-pod  other-node  world      excepted   node-in  node-out
      allow         7001  pass       drop       drop        drop       drop       pass     drop
      allow         7002  drop       drop       drop        drop       drop       pass     drop
      allow         ping  pass       drop       drop        drop       drop       pass     drop
      deny          7001  deny       pass       pass        pass       pass       deny     deny
      deny          7002  pass       pass       pass        pass       pass       pass     pass
      deny          ping  deny       pass       pass        pass       pass       deny     deny
      default-deny  7001  drop       drop       drop        drop       drop       pass     drop
      default-deny  ping  drop       drop       drop        drop       drop       pass     drop
      range         7000  drop       drop       drop        drop       drop       pass     drop
      range         7001  pass       pass       pass        pass       pass       pass     pass
      range         7010  pass       pass       pass        pass       pass       pass     pass
      range         7011  drop       drop       drop        drop       drop       pass     drop
      range         ping  drop       drop       drop        drop       drop       pass     drop
      cidr          7001  drop       drop       drop        pass       drop       pass     drop
      cidr          ping  drop       drop       drop        pass       drop       pass     drop
      world         7001  drop       drop       drop        pass       pass       pass     drop
      world         ping  drop       drop       drop        pass       pass       pass     drop
      host          7001  drop       drop       drop        drop       drop       pass     pass
      host          ping  drop       drop       drop        drop       drop       pass     pass
      remote-node   7001  drop       drop       pass        drop       drop       pass     drop
      remote-node   ping  drop       drop       pass        drop       drop       pass     drop
      cluster       7001  pass       pass       pass        drop       drop       pass     pass
      cluster       ping  pass       pass       pass        drop       drop       pass     pass
      audit         7001  pass/drop  pass/drop  pass/drop   pass/drop  pass/drop  pass     pass/drop
      audit         ping  pass/drop  pass/drop  pass/drop   pass/drop  pass/drop  pass     pass/drop
      audit-deny    7001  pass/deny  pass       pass        pass       pass       pass     pass
      audit-deny    ping  pass/deny  pass       pass        pass       pass       pass     pass
      audit-allow   7001  drop/pass  drop/pass  drop/pass   drop/pass  drop/pass  pass     drop/pass
      audit-allow   ping  drop/pass  drop/pass  drop/pass   drop/pass  drop/pass  pass     drop/pass
      """;

  private static final int[] PORTS = {7000, 7001, 7002, 7010, 7011};

  /** How long a packet that must not arrive is waited for, and how long one that must. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private static final Duration LIMIT = Duration.ofSeconds(6);

  private final Lab lab = Lab.raise();
  private final Map<Rule, Pod> pods = new EnumMap<>(Rule.class);
  private final Map<NetworkNamespace, Stand> stands = new HashMap<>();
  private AgentProcess agent;
  private Pod peer;
  private Flows flows;

  /** What the agent is started with. */
  String[] options() {
    return new String[0];
  }

  /** Whether the agent records what the kernel decides. */
  boolean recorded() {
    return true;
  }

  @BeforeAll
  void askEverything() throws IOException {
    peer = lab.addPod("default/peer");
    WorldFolder world = new WorldFolder(lab);
    world.writeCluster("default");
    world.writePod(peer, Map.of("app", "peer"));
    world.writeRemotePod("default/other", Map.of("app", "other"));
    for (Rule rule : Rule.values()) {
      Pod pod = lab.addPod("default/" + rule.title());
      pods.put(rule, pod);
      world.writePod(pod, Map.of("app", rule.title()));
      world.write("policy-" + rule.title() + ".yaml", rule.manifests());
      serve(pod.network(), pod.ipv4(), pod.ipv6());
    }
    lab.outside()
        .ip(
            "addr add %s/32 dev lo".formatted(Place.EXCEPTED.address(false)),
            "addr add %s/128 dev lo nodad".formatted(Place.EXCEPTED.address(true)));
    serve(peer.network(), peer.ipv4(), peer.ipv6());
    for (Place place : Place.values()) {
      if (place != Place.POD) {
        serve(network(place), place.address(false), place.address(true));
      }
    }
    agent = AgentProcess.start(lab, world, options()).awaitReady();
    // One family after the other: what is refused is recorded up to 100 times a second.
    ask(Cell.all(TABLE, false));
    ask(Cell.all(TABLE, true));
    flows = Flows.of(agent);
  }

  @AfterAll
  void remove() throws Exception {
    for (Stand stand : stands.values()) {
      stand.close();
    }
    if (agent != null) {
      agent.close();
    }
    lab.close();
  }

  static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>(Cell.all(TABLE, false));
    cells.addAll(Cell.all(TABLE, true));
    return cells;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void becomesOfItWhatTheTableSays(Cell cell) throws IOException {
    boolean passes = cell.expected().passes();
    assertThat(receiver(cell).wasOpened(cell.wire(), cell.v6(), cell.id()))
        .as("it arrives")
        .isEqualTo(passes);
    assertThat(sender(cell).wasAnswered(cell.wire(), cell.v6(), cell.id()))
        .as("it is answered")
        .isEqualTo(passes);
    if (recorded()) {
      flows.assertRecorded(cell, address(cell, true), address(cell, false));
    }
  }

  private void ask(List<Cell> cells) throws IOException {
    for (Cell cell : cells) {
      sender(cell)
          .open(
              cell.wire(),
              new InetSocketAddress(address(cell, true), cell.id()),
              new InetSocketAddress(address(cell, false), cell.port()));
    }
    Set<Cell> acknowledged = new HashSet<>();
    long sent = System.nanoTime();
    do {
      listen();
      for (Cell cell : cells) {
        if (cell.wire() == Wire.SCTP
            && receiver(cell).wasOpened(Wire.SCTP, cell.v6(), cell.id())
            && acknowledged.add(cell)) {
          receiver(cell)
              .acknowledge(
                  address(cell, false),
                  cell.port(),
                  new InetSocketAddress(address(cell, true), cell.id()));
        }
      }
    } while (System.nanoTime() - sent < SILENCE.toNanos()
        || (!isDone(cells) && System.nanoTime() - sent < LIMIT.toNanos()));
  }

  private void listen() throws IOException {
    for (Stand stand : stands.values()) {
      stand.listen();
    }
  }

  private boolean isDone(List<Cell> cells) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    for (Cell cell : cells) {
      if (cell.expected().passes()
          && !sender(cell).wasAnswered(cell.wire(), cell.v6(), cell.id())) {
        return false;
      }
    }
    Flows soFar = Flows.of(agent);
    for (Cell cell : cells) {
      if (recorded() && soFar.of(cell, address(cell, true), address(cell, false)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private void serve(NetworkNamespace network, String ipv4, String ipv6) {
    Stand stand = stands.computeIfAbsent(network, Stand::new);
    for (int port : PORTS) {
      stand.serve(InetAddress.ofLiteral(ipv4), port);
      stand.serve(InetAddress.ofLiteral(ipv6), port);
    }
  }

  private Stand sender(Cell cell) {
    return cell.outgoing() ? podOf(cell) : other(cell);
  }

  private Stand receiver(Cell cell) {
    return cell.outgoing() ? other(cell) : podOf(cell);
  }

  private Stand podOf(Cell cell) {
    return stands.get(pods.get(cell.rule()).network());
  }

  private Stand other(Cell cell) {
    return stands.get(network(cell.place()));
  }

  private NetworkNamespace network(Place place) {
    return switch (place) {
      case POD -> peer.network();
      case NODE -> lab.node();
      default -> lab.outside();
    };
  }

  /** Of the one who opens, or of the other. */
  private InetAddress address(Cell cell, boolean opener) {
    Pod pod = cell.outgoing() == opener ? pods.get(cell.rule()) : peer;
    boolean isPod = cell.outgoing() == opener || cell.place() == Place.POD;
    return InetAddress.ofLiteral(
        isPod ? (cell.v6() ? pod.ipv6() : pod.ipv4()) : cell.place().address(cell.v6()));
  }
}
