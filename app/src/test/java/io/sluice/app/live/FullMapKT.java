package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Pod;
import io.sluice.bpf.steer.MapContents;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Policies of an endpoint that the kernel's map has no room for together, live. */
class FullMapKT {
  private static final int RANGES = 600;
  private static final int PORT_LISTS = 6;
  private static final int PORTS_OF_A_LIST = 40;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void closesItsEndpointAndNoOther() throws Exception {
    try (LiveNode node = new LiveNode()) {
      node.world.write("small.yaml", policy("small", "fromEndpoints: [{}]", ""));
      AgentProcess agent = node.startAgent();
      assertThat(status(node, node.stranger)).isEqualTo(200);

      node.world.write("large.yaml", large(0));
      node.world.write("larger.yaml", large(PORT_LISTS));
      await().atMost(LIMIT).until(() -> node.noByte(node.frontend, node.stranger, false));
      String room = "entries of the kernel's map (expected: at most " + endpointBound() + ")";
      await().untilAsserted(() -> assertThat(warnings(agent)).contains("default/stranger", room));
      assertThat(status(node, node.server)).as("another endpoint").isEqualTo(200);

      node.world.delete("larger.yaml");
      await().atMost(LIMIT).until(() -> !node.noByte(node.frontend, node.stranger, false));
      await().untilAsserted(() -> assertThat(warnings(agent)).doesNotContain("default/stranger"));
    }
  }

  private static int endpointBound() {
    return MapContents.BOUNDS.endpoint();
  }

  private static String warnings(AgentProcess agent) {
    String status = agent.admin("/status").body();
    return status.substring(status.indexOf("\"warnings\""));
  }

  private static int status(LiveNode node, Pod to) throws IOException {
    try (RawConnection connection = node.connect(node.frontend, to, false)) {
      return connection.status("GET", "/public/x");
    }
  }

  /** Every range on every other port: neighbours would be one entry. */
  private static String large(int firstList) {
    assertThat(2 * RANGES * PORT_LISTS * PORTS_OF_A_LIST).isGreaterThan(endpointBound());
    String ranges =
        IntStream.range(0, RANGES)
            .mapToObj(i -> "172.%d.%d.0/24".formatted(16 + i / 128, 2 * (i % 128)))
            .collect(Collectors.joining(", ", "fromCIDR: [", "]"));
    String ports =
        IntStream.range(firstList, firstList + PORT_LISTS)
            .mapToObj(FullMapKT::ports)
            .collect(Collectors.joining(", ", "\n      toPorts: [", "]"));
    return policy("large-" + firstList, ranges, ports);
  }

  private static String ports(int list) {
    return IntStream.range(0, PORTS_OF_A_LIST)
        .mapToObj(
            i ->
                "{port: \"%d\", protocol: TCP}".formatted(1_001 + 2 * (list * PORTS_OF_A_LIST + i)))
        .collect(Collectors.joining(", ", "{ports: [", "]}"));
  }

  private static String policy(String name, String peers, String ports) {
    return """
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata: {name: %s, namespace: default}
    spec:
      endpointSelector: {matchLabels: {app: stranger}}
      ingress:
        - %s%s
    """
        .formatted(name, peers, ports);
  }
}
