package io.sluice.app.live;

import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WebServer;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.TcHook.Point;
import io.sluice.bpf.libbpf.TcxHook;
import java.util.Locale;
import java.util.Map;

/** A node with an enforced server, an allowed client, a stranger, and web servers to ask. */
final class LiveNode extends EnforcedNode {
  /** The way out for the pod that asks. */
  static final String EGRESS_RULE =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: egress-rule, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: frontend}}
        egress:
          - toEndpoints: [{matchLabels: {app: myService}}, {matchLabels: {app: remote}}]
            toPorts:
              - ports: [{port: "80", protocol: TCP}]
                rules:
                  http:
                    - {method: GET, path: "/api/.*"}
      """;

  static final String L7_RULE =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: l7-rule, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: myService}}
        ingress:
          - fromEndpoints: [{matchLabels: {app: frontend}}]
            toPorts:
              - ports: [{port: "80", protocol: TCP}]
                rules:
                  http:
                    - {method: GET, path: "/api/v1/data.*"}
                    - {method: POST, path: "/api/v1/upload"}
                    - {method: GET, path: "/public/.*"}
      """;

  final Pod server;
  final Pod frontend;
  final Pod stranger;
  final WebServer web;
  final WebServer strangerWeb;

  /** Raises it; the server is selected by {@link #L7_RULE}, the stranger by nothing. */
  LiveNode() {
    server = lab.addPod("default/server");
    frontend = lab.addPod("default/frontend");
    stranger = lab.addPod("default/stranger");
    world.writeCluster("default");
    world.writePod(server, Map.of("app", "myService"));
    world.writePod(frontend, Map.of("app", "frontend"));
    world.writePod(stranger, Map.of("app", "stranger"));
    world.writeRemotePod("default/remote-frontend", Map.of("app", "frontend"));
    world.write("policy.yaml", L7_RULE);
    web = opening(WebServer.start(server.network(), 80));
    strangerWeb = opening(WebServer.start(stranger.network(), 80));
  }

  RawConnection connect(Pod from, Pod to, boolean v6) {
    return RawConnection.open(
        from.network(), v6 ? from.ipv6() : from.ipv4(), v6 ? to.ipv6() : to.ipv4(), 80);
  }

  boolean noByte(Pod from, Pod to, boolean v6) {
    return RawConnection.noByte(
        from.network(), v6 ? from.ipv6() : from.ipv4(), v6 ? to.ipv6() : to.ipv4(), 80);
  }

  /** How many programs are on a pod's host-side interface. */
  int programsOn(Pod pod) {
    return lab.node()
        .call(
            () -> {
              int ifindex = Libc.interfaceIndex(pod.hostInterface());
              int programs = 0;
              for (Point point : Point.values()) {
                programs += new TcxHook(ifindex, point).programs().size();
                String filters = "tc filter show dev " + pod.hostInterface() + " ";
                String found =
                    lab.node()
                        .run((filters + point.name().toLowerCase(Locale.ROOT)).split(" "))
                        .output();
                programs += (int) found.lines().filter(line -> line.contains(" handle ")).count();
              }
              return programs;
            });
  }
}
