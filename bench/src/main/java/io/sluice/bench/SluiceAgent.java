package io.sluice.bench;

import io.sluice.app.lab.AgentProcess;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The real agent with metrics and flow records on.
 *
 * @param rules how many HTTP rules its policy has; the one that allows the measured request is last
 * @param shortCut whether bytes between it and the pods pass TCP/IP by
 */
record SluiceAgent(int rules, boolean shortCut) implements Contender {
  private static final Pattern LOST =
      Pattern.compile("^sluice_flows_lost_total ([0-9.E]+)$", Pattern.MULTILINE);

  @Override
  public String name() {
    String name =
        rules == 1 ? "Sluice, 1 rule" : String.format(Locale.ROOT, "Sluice, %,d rules", rules);
    return shortCut ? name + ", short-cut" : name;
  }

  @Override
  public boolean judges() {
    return true;
  }

  @Override
  public Running start(Rig rig) {
    rig.world().write("policy.yaml", policy());
    AgentProcess agent =
        AgentProcess.start(rig.lab(), rig.world(), shortCut ? "--short-cut=on" : "--short-cut=off");
    try {
      agent.awaitReady();
    } catch (RuntimeException failure) {
      agent.close();
      throw failure;
    }
    var rotation = ShortFile.keep(rig.lab().directory().resolve("flows.json"));
    return new Running(
        OptionalLong.of(agent.process().pid()),
        () -> lostFlows(agent),
        () -> {
          agent.close();
          rotation.close();
          rig.forgetSteering();
        });
  }

  private static long lostFlows(AgentProcess agent) {
    Matcher lost = LOST.matcher(agent.admin("/metrics").body());
    if (!lost.find()) {
      throw new IllegalStateException("the agent does not say how many flows it lost");
    }
    return (long) Double.parseDouble(lost.group(1));
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
