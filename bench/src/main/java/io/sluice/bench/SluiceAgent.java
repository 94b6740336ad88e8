package io.sluice.bench;

import io.sluice.app.lab.AgentProcess;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The real agent with metrics and flow records on.
 *
 * @param rules how many HTTP rules its policy has; the one that allows the measured request is last
 */
record SluiceAgent(int rules) implements Contender {
  @Override
  public String name() {
    return rules == 1 ? "Sluice, 1 rule" : String.format(Locale.ROOT, "Sluice, %,d rules", rules);
  }

  @Override
  public boolean judges() {
    return true;
  }

  @Override
  public Running start(Rig rig) {
    rig.world().write("policy.yaml", policy());
    AgentProcess agent = AgentProcess.start(rig.lab(), rig.world());
    try {
      agent.awaitReady();
    } catch (RuntimeException failure) {
      agent.close();
      throw failure;
    }
    return new Running(
        OptionalLong.of(agent.process().pid()),
        () -> {
          agent.close();
          rig.forgetSteering();
          rig.deleteFlows();
        });
  }

  private String policy() {
    StringBuilder text =
        new StringBuilder(
            """
            apiVersion: cilium.io/v2
            kind: CiliumNetworkPolicy
            metadata: {name: bench, namespace: bench}
            spec:
              endpointSelector: {matchLabels: {app: server}}
              ingress:
                - fromEndpoints: [{matchLabels: {app: client}}]
                  toPorts:
                    - ports: [{port: "80", protocol: TCP}]
                      rules:
                        http:
            """);
    for (int other = 1; other < rules; other++) {
      text.append("              - {method: GET, path: \"/service-")
          .append(other)
          .append("/v1/.*\"}\n");
    }
    return text.append("              - {method: GET, path: \"/api/v1/data.*\"}\n").toString();
  }
}
