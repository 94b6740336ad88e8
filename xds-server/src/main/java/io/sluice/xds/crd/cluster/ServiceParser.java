package io.sluice.xds.crd.cluster;

import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Service;
import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a service that decisions depend on; its backends are in its slices. */
public final class ServiceParser {
  private static final int MAX_PORT = 65_535;

  private ServiceParser() {}

  /** Reads a service, as yet without backends. */
  public static Service service(Located object) throws RejectedException {
    Located spec = object.get("spec");
    SortedMap<String, String> podLabels = new TreeMap<>();
    Set<InetAddress> addresses = new LinkedHashSet<>();
    List<Service.Port> ports = List.of();
    if (spec != null) {
      // The name of an external service is all there is to it; the rest has no effect.
      boolean external = spec.text("type").equals("ExternalName");
      Located selector = spec.get("selector");
      if (selector != null && !external) {
        podLabels.putAll(selector.texts());
      }
      addAddress(spec.get("clusterIP"), addresses);
      for (String list : List.of("clusterIPs", "externalIPs")) {
        for (Located address : items(spec.get(list))) {
          addAddress(address, addresses);
        }
      }
      ports = spec.each("ports", ServiceParser::port);
    }
    Located status = object.get("status");
    Located balancer = status == null ? null : status.get("loadBalancer");
    for (Located way : items(balancer == null ? null : balancer.get("ingress"))) {
      addAddress(way.get("ip"), addresses);
    }
    return new Service(
        object.manifest().namespace(),
        object.manifest().name(),
        object.manifest().source(),
        ObjectLabels.of(object),
        Collections.unmodifiableSortedMap(podLabels),
        List.copyOf(addresses),
        ports,
        List.of());
  }

  private static List<Located> items(@Nullable Located list) throws RejectedException {
    return list == null ? List.of() : list.items();
  }

  private static void addAddress(@Nullable Located field, Set<InetAddress> addresses)
      throws RejectedException {
    if (field != null && !Set.of("", "None").contains(field.text())) {
      addresses.add(Addresses.unicast(field));
    }
  }

  private static Service.Port port(Located port) throws RejectedException {
    Located target = port.get("targetPort");
    String targetPort = "";
    if (target != null) {
      targetPort = target.isNumber() ? String.valueOf(target.number(0, MAX_PORT)) : target.text();
    }
    return new Service.Port(
        port.text("name"),
        PodParser.protocol(port),
        port.require("port").number(1, MAX_PORT),
        targetPort.equals("0") ? "" : targetPort);
  }
}
