package io.sluice.app.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WorldFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An agent that is stopped, killed and started again, over and over, while traffic that never meets
 * the proxy goes on: not one allowed packet is lost, and not one that is denied gets through.
 *
 * <p>{@code sluice.restarts} says how often; {@code make soak} wants more than {@code make test}.
 */
class RestartKT {
  private static final Duration LAST_ANSWER = Duration.ofSeconds(3);
  private static final String RULES =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: server, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: server}}
        ingress:
          - fromEndpoints: [{matchLabels: {app: frontend}}]
            toPorts: [{ports: [{port: "5001"}]}]
          - fromEndpoints: [{matchLabels: {app: frontend}}]
            icmps: [{fields: [{family: IPv4, type: 8}, {family: IPv6, type: 128}]}]
          - fromEndpoints: [{matchLabels: {app: frontend}}]
            toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]
      ---
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: frontend, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: frontend}}
        egress: [{toEndpoints: [{matchLabels: {app: server}}]}]
      """;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private Lab lab;
  private Pod server;
  private Pod frontend;
  private Pod stranger;
  private WorldFolder world;

  /** What the agents are started with. */
  String[] options() {
    return new String[0];
  }

  /** How often it is started again. */
  int restarts() {
    return Integer.getInteger("sluice.restarts", 6);
  }

  @BeforeEach
  void raise() {
    lab = Lab.raise();
    opened.add(lab);
    server = lab.addPod("default/server");
    frontend = lab.addPod("default/frontend");
    stranger = lab.addPod("default/stranger");
    world = new WorldFolder(lab);
    world.writeCluster("default");
    world.writePod(server, Map.of("app", "server"));
    world.writePod(frontend, Map.of("app", "frontend"));
    world.writePod(stranger, Map.of("app", "stranger"));
    world.write("rules.yaml", RULES);
  }

  @AfterEach
  void remove() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  @Test
  void nothingAllowedIsLostAndNothingDeniedGetsIn() throws Exception {
    AgentProcess agent = start();
    List<Load> allowed = new ArrayList<>();
    List<Load> denied = new ArrayList<>();
    for (boolean v6 : new boolean[] {false, true}) {
      allowed.add(start(new Load.Pings(frontend, server, v6)));
      allowed.add(start(new Load.Stream(frontend, server, v6)));
      allowed.add(start(new Load.Connections(frontend, server, v6)));
      denied.add(start(new Load.Probes(stranger, server, v6)));
    }
    for (int i = 0; i < restarts(); i++) {
      if (i % 2 == 0) {
        agent.kill();
      } else {
        assertThat(agent.terminate()).isZero();
      }
      agent = start();
    }
    List<Load> all = Stream.concat(allowed.stream(), denied.stream()).toList();
    for (Load load : all) {
      load.stop();
    }
    System.out.printf("%d restarts: %s%n", restarts(), all);
    for (Load load : allowed) {
      assertThat(load.sent()).as(load.toString()).isGreaterThan(100L * restarts());
      await()
          .atMost(LAST_ANSWER)
          .untilAsserted(
              () -> assertThat(load.arrived()).as(load.toString()).isEqualTo(load.sent()));
    }
    for (Load load : denied) {
      assertThat(load.sent()).as(load.toString()).isGreaterThan(100L * restarts());
      assertThat(load.arrived()).as(load.toString()).isZero();
    }
  }

  private AgentProcess start() {
    AgentProcess agent = AgentProcess.start(lab, world, options());
    opened.add(agent);
    return agent.awaitReady();
  }

  private Load start(Load load) {
    opened.add(load);
    load.start();
    return load;
  }
}
