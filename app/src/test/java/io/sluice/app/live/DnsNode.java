package io.sluice.app.live;

import io.sluice.app.lab.NameServer;
import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WebServer;
import io.sluice.app.lab.Zone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A node with a pod that may ask a name server in another pod for some names and reach their
 * addresses on port 443; behind the uplink every address of two ranges answers.
 */
final class DnsNode extends EnforcedNode {
  /** The address of a web server whose requests are steered, once {@link #steerWeb} was called. */
  static final String STEERED = "203.0.113.5";

  /** Allows the pod to GET what is below /api/ there. */
  static final String WEB_POLICY =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: web, namespace: data-pipeline}
      spec:
        endpointSelector: {matchLabels: {app: uploader}}
        egress:
          - toCIDR: ["203.0.113.5/32"]
            toPorts:
              - ports: [{port: "80", protocol: TCP}]
                rules: {http: [{method: GET, path: "/api/.*"}]}
      """;

  private static final Path POLICIES = Path.of("../examples/policies");

  final Pod uploader;
  final Pod dns;
  final Zone zone = new Zone();
  final WebServer web;

  /** Raises it with the example policy in force once an agent runs. */
  DnsNode() {
    uploader = lab.addPod("data-pipeline/uploader");
    dns = lab.addPod("kube-system/dns");
    lab.outside()
        .ip("route add local 203.0.113.0/24 dev lo", "route add local 198.18.0.0/15 dev lo");
    lab.outside().ip("route add local 2001:db8:5::/48 dev lo");
    // Servers there may have any of its addresses, as they may of the ranges of IPv4.
    lab.outside().sysctl("net.ipv6.ip_nonlocal_bind", 1);
    world.writeCluster("data-pipeline", "kube-system");
    world.writePod(uploader, Map.of("app", "uploader"));
    world.writePod(dns, Map.of("k8s-app", "kube-dns"));
    world.write("policy.yaml", example("allow-s3-egress.yaml"));
    web = opening(WebServer.start(lab.outside(), 443));
  }

  /** A policy of the examples. */
  static String example(String name) {
    try {
      return Files.readString(POLICIES.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read an example", e);
    }
  }

  /** Starts the name server of the pod. */
  NameServer serve(NameServer.Answers answers) {
    return opening(NameServer.start(dns.network(), new InetSocketAddress(53), answers));
  }

  /** Starts another one. */
  NameServer serve(NetworkNamespace network, String address) {
    return serve(network, address, zone);
  }

  /** Starts one that does not answer from the zone. */
  NameServer serve(NetworkNamespace network, String address, NameServer.Answers answers) {
    InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral(address), 53);
    return opening(NameServer.start(network, at, answers));
  }

  /** Writes a configuration and returns the option that names it. */
  String config(String text) {
    try {
      Path file = lab.directory().resolve("config.yaml");
      Files.writeString(file, text);
      return "--config=" + file;
    } catch (IOException e) {
      throw new UncheckedIOException("can't write a configuration", e);
    }
  }

  String server(boolean v6) {
    return v6 ? dns.ipv6() : dns.ipv4();
  }

  String source(boolean v6) {
    return v6 ? uploader.ipv6() : uploader.ipv4();
  }

  /** Asks for a name over UDP, by the family of the addresses that it asks for. */
  Lookup.Answer ask(String name, boolean v6) {
    return Lookup.udp(uploader, server(v6), name, v6 ? Lookup.AAAA : Lookup.A);
  }

  /** Connects to the name server of the pod. */
  RawConnection connectToServer() {
    return RawConnection.open(uploader.network(), source(false), server(false), 53);
  }

  /** Has the agent judge requests to {@link #STEERED}, where a server answers; before it starts. */
  void steerWeb() {
    world.write("web.yaml", WEB_POLICY);
    opening(WebServer.start(lab.outside(), 80));
  }

  /** Connects to {@link #STEERED}. */
  RawConnection connectToWeb() {
    return RawConnection.open(uploader.network(), source(false), STEERED, 80);
  }

  RawConnection connect(String address) {
    boolean v6 = address.indexOf(':') >= 0;
    return RawConnection.open(uploader.network(), source(v6), address, 443);
  }

  boolean noByte(String address, int port) {
    boolean v6 = address.indexOf(':') >= 0;
    return RawConnection.noByte(uploader.network(), source(v6), address, port);
  }

  /**
   * Asks for new names and connects to each address at once; returns how many times that failed.
   */
  int lookUpAndConnect(int times) throws IOException {
    int failures = 0;
    for (int i = 1; i <= times; i++) {
      try {
        lookUpAndReach(i);
      } catch (AssertionError failed) {
        failures++;
      }
    }
    return failures;
  }

  /**
   * Asks for a new name and connects to its address at once: of four one each for the two families,
   * over UDP and over TCP.
   */
  void lookUpAndReach(int number) throws IOException {
    boolean v6 = number % 2 == 1;
    String address =
        v6
            ? "2001:db8:5:1:0:0:0:" + Integer.toHexString(number)
            : "198.18." + number / 250 + "." + (1 + number % 250);
    String name = "n" + number + ".amazonaws.com";
    zone.with(name, 60, address);
    Lookup.Answer answer =
        number % 4 < 2
            ? ask(name, v6)
            : Lookup.tcp(uploader, server(v6), v6 ? Lookup.AAAA : Lookup.A, name).getFirst();
    List<String> told = answer.addresses();
    if (!told.equals(List.of(address))) {
      throw new AssertionError(name + " has " + told + ", expected " + address);
    }
    reach(address);
  }

  /** Connects to an address; fails if nobody answers there, or only a SYN that was sent again. */
  void reach(String address) throws IOException {
    long before = repeatedSyns();
    try (RawConnection connection = connect(address)) {
      int status = connection.status("GET", "/");
      if (status != 200) {
        throw new AssertionError(address + " answers " + status);
      }
    }
    long repeated = repeatedSyns() - before;
    if (repeated != 0) {
      throw new AssertionError(address + " was reached after a SYN had been lost");
    }
  }

  /**
   * How many SYNs the kernel has sent again for the pod that asks: it does so a second after one
   * was dropped, and then the connection comes about as if nothing had been.
   */
  private long repeatedSyns() {
    List<String> lines =
        uploader.network().call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/netstat")));
    List<String> names = List.of(lines.get(0).split(" "));
    return Long.parseLong(lines.get(1).split(" ")[names.indexOf("TCPSynRetrans")]);
  }
}
