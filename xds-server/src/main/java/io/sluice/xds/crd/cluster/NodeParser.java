package io.sluice.xds.crd.cluster;

import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Node;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Reads the labels of a node and every address that its status lists. */
public final class NodeParser {
  private NodeParser() {}

  /** Reads a node. */
  public static Node node(Located object) throws RejectedException {
    List<InetAddress> addresses = new ArrayList<>();
    Located status = object.get("status");
    Located listed = status == null ? null : status.get("addresses");
    if (listed != null) {
      for (Located each : listed.items()) {
        if (each.require("type").text().endsWith("IP")) {
          addresses.add(Addresses.unicast(each.require("address")));
        }
      }
    }
    return new Node(
        object.manifest().name(),
        object.manifest().source(),
        ObjectLabels.of(object),
        addresses.stream().distinct().toList());
  }
}
