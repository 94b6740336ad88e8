package io.sluice.xds.identity;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The label sets of the identities whose numbers are fixed (policy language, section 3.1). */
final class Reserved {
  static final String HOST = "host";
  static final String WORLD = "world";
  static final String WORLD_IPV4 = "world-ipv4";
  static final String WORLD_IPV6 = "world-ipv6";
  static final String REMOTE_NODE = "remote-node";
  static final String KUBE_APISERVER = "kube-apiserver";

  /** Whether an API server's addresses are a node's, outside the cluster, or not known. */
  static final SortedMap<Integer, Labels> ALL =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(
              Map.ofEntries(
                  Map.entry(ReservedIdentity.HOST, Labels.reserved(HOST)),
                  Map.entry(ReservedIdentity.WORLD, Labels.reserved(WORLD)),
                  Map.entry(ReservedIdentity.UNMANAGED, Labels.reserved("unmanaged")),
                  Map.entry(ReservedIdentity.HEALTH, Labels.reserved("health")),
                  Map.entry(ReservedIdentity.INIT, Labels.reserved("init")),
                  Map.entry(ReservedIdentity.REMOTE_NODE, Labels.reserved(REMOTE_NODE)),
                  Map.entry(
                      ReservedIdentity.KUBE_APISERVER_NODE,
                      Labels.reserved(KUBE_APISERVER, REMOTE_NODE)),
                  Map.entry(ReservedIdentity.INGRESS, Labels.reserved("ingress")),
                  Map.entry(ReservedIdentity.KUBE_APISERVER, Labels.reserved(KUBE_APISERVER)))));

  private Reserved() {}

  static Label label(String name) {
    return new Label(Label.RESERVED, name, "");
  }
}
