package io.sluice.app.naive;

import io.sluice.app.naive.Item.Ports;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The numbers that the name of a port stands for. */
final class NamedPorts {
  private final Parties parties;
  private final Set<Difference> asCilium;

  NamedPorts(Parties parties, Set<Difference> asCilium) {
    this.parties = parties;
    this.asCilium = asCilium;
  }

  /**
   * What the server itself calls so: the endpoint, or at egress whoever has the peer's labels; none
   * if the peer is no pod.
   */
  Set<Integer> of(Ports ports, Asked asked) {
    Set<Integer> numbers = new LinkedHashSet<>();
    boolean cilium = !asked.ingress() && asCilium.contains(Difference.NAMED_PORTS);
    for (Party pod : parties.pods()) {
      boolean server =
          asked.ingress()
              ? pod.name().equals(asked.endpoint().name())
              : Set.copyOf(pod.labels()).equals(Set.copyOf(asked.remote().labels()));
      if (server || cilium) {
        add(numbers, ports, pod.pod());
      }
    }
    return cilium && numbers.size() > 1 ? Set.of() : numbers;
  }

  private static void add(Set<Integer> numbers, Ports ports, Map<String, Object> pod) {
    for (Object container : Yaml.list(pod, "spec", "containers")) {
      for (Object port : Yaml.list(container, "ports")) {
        String protocol = Yaml.text(port, "protocol");
        if (Yaml.text(port, "name").equals(ports.name())
            && (protocol.isEmpty() ? "TCP" : protocol).equals(ports.protocol())) {
          numbers.add(Integer.parseInt(Yaml.text(port, "containerPort")));
        }
      }
    }
  }
}
