package io.sluice.app.judge;

import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Service;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds in a world who is meant by the words of a question. */
final class Parties {
  private static final String SERVICE = "service:";

  private final Map<String, Pod> pods = new HashMap<>();
  private final Map<InetAddress, Pod> podsByAddress = new HashMap<>();
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<InetAddress, Node> nodesByAddress = new HashMap<>();
  private final Map<String, Service> services = new HashMap<>();
  private final Map<InetAddress, Service> servicesByAddress = new HashMap<>();

  Parties(World world) {
    for (Node node : world.nodes()) {
      nodes.put(node.name(), node);
      node.addresses().forEach(address -> nodesByAddress.putIfAbsent(address, node));
    }
    for (Pod pod : world.pods()) {
      pods.put(pod.fullName(), pod);
      if (!pod.hostNetwork()) {
        pod.addresses().forEach(address -> podsByAddress.putIfAbsent(address, pod));
      }
    }
    for (Service service : world.services()) {
      services.put(service.namespace() + "/" + service.name(), service);
      service.addresses().forEach(address -> servicesByAddress.put(address, service));
    }
  }

  /** Where a connection ends after the translation of services. */
  record Destination(Party party, Traffic traffic) {}

  /** Who opens the connection. */
  Party from(String text) throws QuestionException {
    if (text.startsWith(SERVICE)) {
      throw new QuestionException("from", "a service opens no connections; name one of its pods");
    }
    return party("from", text);
  }

  /** Whom it reaches, and on which port. */
  Destination to(String text, Traffic traffic) throws QuestionException {
    Service service;
    if (text.startsWith(SERVICE)) {
      service = services.get(text.substring(SERVICE.length()));
      if (service == null) {
        throw new QuestionException(
            "to", "the world has no service " + text.substring(SERVICE.length()));
      }
    } else {
      Optional<InetAddress> address = Addresses.plain(text);
      service = address.map(servicesByAddress::get).orElse(null);
    }
    return service == null
        ? new Destination(party("to", text), traffic)
        : backend(service, traffic);
  }

  private Party party(String key, String text) throws QuestionException {
    for (Party.Entity entity : Party.Entity.values()) {
      if (entity.word().equals(text)) {
        return new Party.OfEntity(entity);
      }
    }
    Optional<InetAddress> address = Addresses.plain(text);
    if (address.isPresent()) {
      return byAddress(address.get());
    }
    Pod pod = pods.get(text);
    if (pod == null) {
      throw new QuestionException(
          key,
          text.contains("/")
              ? "the world has no pod " + text
              : "expected namespace/pod, an address or an entity that is a peer, found \""
                  + text
                  + "\"");
    }
    return of(pod);
  }

  private Party of(Pod pod) {
    return pod.hostNetwork() ? onNode(pod) : new Party.OfPod(pod);
  }

  private Party byAddress(InetAddress address) {
    Node node = nodesByAddress.get(address);
    if (node != null) {
      return new Party.OfNode(node, address);
    }
    Pod pod = podsByAddress.get(address);
    return pod == null ? new Party.OfAddress(address) : new Party.OfPod(pod);
  }

  /** A pod that shares its node's network can't be told from the node. */
  private Party onNode(Pod pod) {
    Node node = node(pod.node());
    List<InetAddress> addresses = pod.addresses().isEmpty() ? node.addresses() : pod.addresses();
    return new Party.OfNode(node, addresses.isEmpty() ? null : addresses.getFirst());
  }

  /** The node of that name; one without labels and addresses if the world has none. */
  Node node(String name) {
    Node node = nodes.get(name);
    return node == null
        ? new Node(name.isEmpty() ? Party.Entity.HOST.word() : name, "", new TreeMap<>(), List.of())
        : node;
  }

  private Destination backend(Service service, Traffic traffic) throws QuestionException {
    String name = service.namespace() + "/" + service.name();
    Service.Port port =
        service.ports().stream()
            .filter(each -> each.port() == traffic.port() && each.protocol() == traffic.protocol())
            .findFirst()
            .orElseThrow(
                () -> new QuestionException("port", "the service " + name + " has no " + traffic));
    for (Service.Backend backend : service.backends()) {
      Integer number = backend.ports().get(port.name());
      if (backend.ready() && number != null) {
        return new Destination(
            byAddress(backend.address()), new Traffic(traffic.protocol(), number));
      }
    }
    if (service.backends().isEmpty() && !service.podLabels().isEmpty()) {
      for (Pod pod : pods.values().stream().sorted(BY_NAME).toList()) {
        Integer number = target(pod, port);
        if (serves(pod, service) && number != null) {
          return new Destination(of(pod), new Traffic(traffic.protocol(), number));
        }
      }
    }
    throw new QuestionException(
        "to", "the service " + name + " has no ready backend for " + traffic);
  }

  private static final java.util.Comparator<Pod> BY_NAME =
      java.util.Comparator.comparing(Pod::fullName);

  private static boolean serves(Pod pod, Service service) {
    return pod.namespace().equals(service.namespace())
        && service.podLabels().entrySet().stream()
            .allMatch(label -> Objects.equals(pod.labels().get(label.getKey()), label.getValue()));
  }

  /** The number behind a service's port on one pod, or null if the pod has no such port. */
  private static @Nullable Integer target(Pod pod, Service.Port port) {
    if (port.targetPort().isEmpty()) {
      return port.port();
    }
    if (port.targetPort().chars().allMatch(Character::isDigit)) {
      return Integer.valueOf(port.targetPort());
    }
    String wanted = port.targetPort().toLowerCase(Locale.ROOT);
    return pod.ports().stream()
        .filter(named -> named.name().equals(wanted) && named.protocol() == port.protocol())
        .map(Pod.NamedPort::port)
        .findFirst()
        .orElse(null);
  }
}
