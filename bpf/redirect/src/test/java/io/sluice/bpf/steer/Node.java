package io.sluice.bpf.steer;

import java.net.InetAddress;
import java.util.List;

/**
 * A node with two pods and an outside: pods hang on {@code lxc1} and {@code lxc2} with one address
 * of each family, the outside on {@code up0}.
 */
final class Node implements AutoCloseable {
  final Namespace node;
  final Namespace one;
  final Namespace two;
  final Namespace outside;

  private Node(String prefix) throws Exception {
    node = Namespace.make(prefix + "node");
    one = Namespace.make(prefix + "one");
    two = Namespace.make(prefix + "two");
    outside = Namespace.make(prefix + "out");
  }

  /** Pods that the node routes for. */
  static Node make() throws Exception {
    return make("");
  }

  /** Another one on the same machine, with the same addresses. */
  static Node makeAnother() throws Exception {
    return make("other-");
  }

  private static Node make(String prefix) throws Exception {
    Node node = prepared(prefix);
    node.pod(node.one, 1);
    node.pod(node.two, 2);
    return node;
  }

  /** Pods on a bridge of the node, with the same names and addresses. */
  static Node makeBridged() throws Exception {
    Node node = prepared("");
    node.node.ip("link add br0 type bridge");
    node.silent("br0");
    node.node.ip("addr add 10.77.0.254/24 dev br0");
    node.node.ip("addr add fd77::fe/64 dev br0 nodad");
    node.node.ip("link set br0 up");
    node.bridgedPod(node.one, 1);
    node.bridgedPod(node.two, 2);
    return node;
  }

  private static Node prepared(String prefix) throws Exception {
    Node node = new Node(prefix);
    node.node.set("ipv4/ip_forward", "1");
    node.node.set("ipv6/conf/all/forwarding", "1");
    // As strict as distributions make it: steering must not depend on an open node.
    node.node.set("ipv4/conf/all/rp_filter", "1");
    node.outside();
    return node;
  }

  /** Makes the veth pair of a pod; to be called again when its host side was deleted. */
  void pod(Namespace pod, int number) throws Exception {
    pod(pod, "lxc" + number, number);
  }

  /** The same behind an interface of another name, or with words that say more of it. */
  void pod(Namespace pod, String hostAndMore, int number) throws Exception {
    String host = hostAndMore.split(" ")[0];
    node.ip("link add " + hostAndMore + " type veth peer name eth0 netns " + pod.name());
    silent(host);
    node.ip("addr add 10.77.0.254/32 dev " + host);
    node.ip("addr add fd77::fe/128 dev " + host + " nodad");
    node.ip("link set " + host + " up");
    pod.ip("addr add 10.77.0." + number + "/32 dev eth0");
    pod.ip("addr add fd77::" + number + "/128 dev eth0 nodad");
    pod.ip("link set eth0 up");
    pod.ip("route add 10.77.0.254 dev eth0");
    pod.ip("route add default via 10.77.0.254");
    pod.ip("-6 route add fd77::fe dev eth0");
    pod.ip("-6 route add default via fd77::fe");
    node.ip("route add 10.77.0." + number + " dev " + host);
    node.ip("-6 route add fd77::" + number + " dev " + host);
  }

  private void bridgedPod(Namespace pod, int number) throws Exception {
    String host = "lxc" + number;
    node.ip("link add " + host + " type veth peer name eth0 netns " + pod.name());
    node.ip("link set " + host + " addrgenmode none");
    node.ip("link set " + host + " master br0 up");
    pod.ip("addr add 10.77.0." + number + "/24 dev eth0");
    pod.ip("addr add fd77::" + number + "/64 dev eth0 nodad");
    pod.ip("link set eth0 up");
    pod.ip("route add default via 10.77.0.254");
    pod.ip("-6 route add default via fd77::fe");
  }

  /** A link-local address that is there at once: one that comes later would blur comparisons. */
  private void silent(String device) throws Exception {
    node.ip("link set " + device + " addrgenmode none");
    node.ip("addr add fe80::fe/64 dev " + device + " nodad");
  }

  private void outside() throws Exception {
    node.ip("link add up0 type veth peer name eth0 netns " + outside.name());
    silent("up0");
    node.ip("addr add 10.78.0.254/24 dev up0");
    node.ip("addr add fd78::fe/64 dev up0 nodad");
    node.ip("link set up0 up");
    outside.ip("addr add 10.78.0.1/24 dev eth0");
    outside.ip("addr add fd78::1/64 dev eth0 nodad");
    outside.ip("link set eth0 up");
    outside.ip("route add default via 10.78.0.254");
    outside.ip("-6 route add default via fd78::fe");
  }

  static InetAddress podOne(boolean ipv6) throws Exception {
    return InetAddress.getByName(ipv6 ? "fd77::1" : "10.77.0.1");
  }

  static InetAddress podTwo(boolean ipv6) throws Exception {
    return InetAddress.getByName(ipv6 ? "fd77::2" : "10.77.0.2");
  }

  static InetAddress outside(boolean ipv6) throws Exception {
    return InetAddress.getByName(ipv6 ? "fd78::1" : "10.78.0.1");
  }

  static InetAddress node(boolean ipv6) throws Exception {
    return InetAddress.getByName(ipv6 ? "fd78::fe" : "10.78.0.254");
  }

  @Override
  public void close() throws Exception {
    for (Namespace namespace : List.of(one, two, outside, node)) {
      namespace.close();
    }
  }
}
