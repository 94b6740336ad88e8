package io.sluice.xds.crd.cluster;

import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Service.Backend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the addresses and ports of an endpoint slice. */
public final class EndpointSliceParser {
  private static final String SERVICE_LABEL = "kubernetes.io/service-name";
  private static final int MAX_PORT = 65_535;

  private EndpointSliceParser() {}

  /** Reads a slice. */
  public static EndpointSlice slice(Located object) throws RejectedException {
    List<Backend> backends = new ArrayList<>();
    Located endpoints = object.get("endpoints");
    if (endpoints != null && !object.text("addressType").equals("FQDN")) {
      SortedMap<String, Integer> ports = ports(object.get("ports"));
      for (Located endpoint : endpoints.items()) {
        boolean ready = ready(endpoint.get("conditions"));
        for (Located address : endpoint.require("addresses").items()) {
          backends.add(new Backend(Addresses.unicast(address), ready, ports));
        }
      }
    }
    return new EndpointSlice(
        object.manifest().namespace(),
        ObjectLabels.of(object).getOrDefault(SERVICE_LABEL, ""),
        List.copyOf(backends));
  }

  /** An endpoint of which nothing is said counts as ready, as in Kubernetes. */
  private static boolean ready(@Nullable Located conditions) throws RejectedException {
    Located ready = conditions == null ? null : conditions.get("ready");
    return ready == null || ready.bool();
  }

  private static SortedMap<String, Integer> ports(@Nullable Located listed)
      throws RejectedException {
    SortedMap<String, Integer> ports = new TreeMap<>();
    for (Located port : listed == null ? List.<Located>of() : listed.items()) {
      Located number = port.get("port");
      if (number != null) {
        ports.put(port.text("name"), number.number(1, MAX_PORT));
      }
    }
    return Collections.unmodifiableSortedMap(ports);
  }
}
