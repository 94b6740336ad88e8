package io.sluice.bench.unsteered;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.Poll;
import io.sluice.app.lab.WorldFolder;
import io.sluice.bench.ShortFile;
import io.sluice.bench.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node with two pods, with an agent or as if there had never been one. */
final class Node implements AutoCloseable {
  /** Both ends are judged by a policy that allows the traffic without asking the proxy. */
  private static final String POLICY =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: client, namespace: bench}
      spec:
        endpointSelector: {matchLabels: {app: client}}
        egress:
          - toEndpoints: [{matchLabels: {app: server}}]
            toPorts: [{ports: [{port: "5201", protocol: TCP}, {port: "5201", protocol: UDP}]}]
      ---
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: server, namespace: bench}
      spec:
        endpointSelector: {matchLabels: {app: server}}
        ingress:
          - fromEndpoints: [{matchLabels: {app: client}}]
            toPorts: [{ports: [{port: "5201", protocol: TCP}, {port: "5201", protocol: UDP}]}]
      """;

  private static final String POLICY_FILE = "policy.yaml";
  private static final Duration FLOW_LIMIT = Duration.ofSeconds(3);

  private final Lab lab = Lab.raise();
  private final Pod client = lab.addPod("bench/client");
  private final Pod server = lab.addPod("bench/server");
  private final WorldFolder world = new WorldFolder(lab);

  Node() {
    world.writeCluster("bench");
    world.writePod(client, Map.of("app", "client"));
    world.writePod(server, Map.of("app", "server"));
  }

  Pod client() {
    return client;
  }

  Pod server() {
    return server;
  }

  /** What there is of Sluice on the node. */
  enum State {
    /** Nothing. */
    NO_AGENT("no agent"),
    /** An agent whose policies select neither pod. */
    NOT_SELECTED("agent, no policy selects the pods"),
    /** An agent, and both pods are judged, with a flow for each connection. */
    JUDGED("agent, both pods judged");

    private final String title;

    State(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /**
   * A state that the node is in until it is closed.
   *
   * @param agent null if there is none
   */
  record Entered(@Nullable AgentProcess agent, Runnable end) implements AutoCloseable {
    /** User and system time of the agent since it started, in µs. */
    long agentMicros() {
      return agent == null ? 0 : Usage.cpuMicros(agent.process().pid());
    }

    @Override
    public void close() {
      end.run();
    }
  }

  /** Puts the node in a state. */
  Entered enter(State state) {
    if (state == State.NO_AGENT) {
      return new Entered(null, () -> {});
    }
    if (state == State.JUDGED) {
      world.write(POLICY_FILE, POLICY);
    }
    AgentProcess agent = AgentProcess.start(lab, world);
    try {
      agent.awaitReady();
    } catch (RuntimeException failure) {
      agent.close();
      throw failure;
    }
    if (state == State.JUDGED) {
      requireFlows(agent);
    }
    ShortFile flows = ShortFile.keep(lab.directory().resolve("flows.json"));
    return new Entered(
        agent,
        () -> {
          agent.close();
          flows.close();
          if (state == State.JUDGED) {
            world.delete(POLICY_FILE);
          }
          cleanUp();
        });
  }

  /** Otherwise it would not be measured what should be. */
  private void requireFlows(AgentProcess agent) {
    try {
      Traffic.ROUND_TRIPS.run(client, server, Duration.ZERO);
      Traffic.CONNECTIONS.run(client, server, Duration.ofMillis(1));
    } catch (IOException refused) {
      throw new IllegalStateException("the policy of the benchmark does not allow it", refused);
    }
    if (!Poll.until(FLOW_LIMIT, () -> !agent.flows().isEmpty())) {
      throw new IllegalStateException("the agent has recorded no flow: its policy judged nothing");
    }
  }

  private void cleanUp() {
    Command.Result done =
        Command.run(null, lab.enterNode(List.of(AgentProcess.launcher(), "cleanup")));
    if (done.exit() != 0) {
      throw new IllegalStateException("sluice cleanup: " + done.errors());
    }
  }

  @Override
  public void close() {
    lab.close();
  }
}
