package io.sluice.bench;

import java.util.Locale;

/**
 * The real agent with metrics and flow records on.
 *
 * @param rules how many HTTP rules its policy has; the one that allows the measured request is last
 * @param shortCut whether bytes between it and the pods pass TCP/IP by
 */
record SluiceAgent(int rules, boolean shortCut) implements Contender {
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
    return Running.agent(rig, shortCut ? "--short-cut=on" : "--short-cut=off");
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
