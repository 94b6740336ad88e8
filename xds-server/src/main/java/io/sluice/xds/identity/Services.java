package io.sluice.xds.identity;

import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Selector;
import io.sluice.xds.world.Service;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds services by the ways in which a peer names them. */
public final class Services {
  private Services() {}

  /** The services that a peer names, in order; none if it names no service. */
  public static List<Service> selected(PeerSelector peer, List<Service> all) {
    return switch (peer) {
      case PeerSelector.Service named ->
          all.stream()
              .filter(service -> service.name().equals(named.name()))
              .filter(service -> in(service, named.namespace()))
              .toList();
      case PeerSelector.Services labelled ->
          all.stream()
              .filter(service -> in(service, labelled.namespace()))
              .filter(service -> matches(labelled.labels(), service))
              .toList();
      default -> List.of();
    };
  }

  /** The addresses of the API servers: the backends of the service that leads to them. */
  static Set<InetAddress> apiServers(List<Service> all) {
    return all.stream()
        .filter(service -> service.namespace().equals("default"))
        .filter(service -> service.name().equals("kubernetes"))
        .flatMap(service -> service.backends().stream())
        .map(Service.Backend::address)
        .collect(Collectors.toSet());
  }

  private static boolean in(Service service, String namespace) {
    return namespace.isEmpty() || service.namespace().equals(namespace);
  }

  private static boolean matches(Selector selector, Service service) {
    return selector.matches(
        Labels.of(
            service.labels().entrySet().stream()
                .map(label -> Label.kubernetes(label.getKey(), label.getValue()))
                .toList()));
  }
}
