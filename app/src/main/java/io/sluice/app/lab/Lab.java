package io.sluice.app.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One node with pods and an uplink to everything else, in network namespaces of its own; nothing of
 * it remains after {@link #close}, and what a killed process left is removed by the next one.
 *
 * <pre>
 *  pod ── veth ── node ── uplink ── outside (another node, a pod on it, and the world)
 * </pre>
 *
 * <p>Built like a routed CNI: /32 and /128 addresses, the default route through a link-local
 * gateway, no bridge, forwarding on, reverse path filter off.
 */
public final class Lab implements AutoCloseable {
  /** The node's own address on the uplink, IPv4. */
  public static final String NODE_V4 = "192.0.2.1";

  /** The node's own address on the uplink, IPv6. */
  public static final String NODE_V6 = "2001:db8:1::1";

  /** Another node of the cluster, IPv4. */
  public static final String OTHER_NODE_V4 = "192.0.2.2";

  /** Another node of the cluster, IPv6. */
  public static final String OTHER_NODE_V6 = "2001:db8:1::2";

  /** A pod on the other node, IPv4. */
  public static final String REMOTE_POD_V4 = "10.1.0.5";

  /** A pod on the other node, IPv6. */
  public static final String REMOTE_POD_V6 = "fd00:11::5";

  /** Outside the cluster, IPv4. */
  public static final String WORLD_V4 = "198.51.100.9";

  /** Outside the cluster, IPv6. */
  public static final String WORLD_V6 = "2001:db8:9::9";

  private static final String PREFIX = "sluice-lab-";
  private static final String GATEWAY_V4 = "169.254.1.1";
  private static final String GATEWAY_V6 = "fe80::1";
  private static final String GATEWAY_MAC = "ee:ee:ee:ee:ee:ee";
  private static final int FIRST_POD = 10;
  private static final AtomicInteger RAISED = new AtomicInteger();

  private final String name;
  private final Path directory;
  private final List<NetworkNamespace> namespaces = new ArrayList<>();
  private final List<Pod> pods = new ArrayList<>();
  private final NetworkNamespace node;
  private final NetworkNamespace outside;
  private boolean closed;

  private Lab(String name) throws IOException {
    this.name = name;
    directory = Files.createDirectory(temporary().resolve(name));
    try {
      node = namespace("node");
      outside = namespace("outside");
      connectUplink();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Raises a node without pods.
   *
   * @throws LabException if the machine does not let it, usually for want of root
   */
  public static Lab raise() {
    sweep();
    try {
      return new Lab(PREFIX + ProcessHandle.current().pid() + "-" + RAISED.incrementAndGet());
    } catch (IOException e) {
      throw new LabException("can't make a directory for the lab: " + e.getMessage(), e);
    }
  }

  /** Removes what labs of processes that are gone have left. */
  public static void sweep() {
    for (NetworkNamespace namespace : NetworkNamespace.named(PREFIX)) {
      if (ownerGone(namespace.name())) {
        namespace.close();
      }
    }
    try (var files = Files.list(temporary())) {
      files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .filter(file -> ownerGone(file.getFileName().toString()))
          .forEach(Lab::delete);
    } catch (IOException e) {
      throw new LabException("can't remove what an earlier lab left: " + e.getMessage(), e);
    }
  }

  private static boolean ownerGone(String labName) {
    String owner = labName.substring(PREFIX.length()).split("-", 2)[0];
    return ProcessHandle.of(Long.parseLong(owner)).isEmpty();
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  }

  /** Where the agent is to run. */
  public NetworkNamespace node() {
    return node;
  }

  /** Everything behind the uplink: has the addresses of the other node, its pod, and the world. */
  public NetworkNamespace outside() {
    return outside;
  }

  /** A directory that goes with the lab. */
  public Path directory() {
    return directory;
  }

  /** The pods, in the order in which they were added. */
  public List<Pod> pods() {
    return List.copyOf(pods);
  }

  /**
   * Adds a pod.
   *
   * @param podName {@code namespace/name}
   */
  public Pod addPod(String podName) {
    int number = FIRST_POD + pods.size();
    NetworkNamespace network = namespace("pod" + number);
    Pod pod =
        new Pod(
            podName,
            network,
            "10.0.0." + number,
            "fd00:10::" + Integer.toHexString(number),
            "lxc" + number);
    node.ip(
        "link add %s type veth peer name eth0 netns %s"
            .formatted(pod.hostInterface(), network.name()),
        "link set %s address %s up".formatted(pod.hostInterface(), GATEWAY_MAC),
        "addr add %s/64 dev %s nodad".formatted(GATEWAY_V6, pod.hostInterface()),
        "route add %s/32 dev %s src %s".formatted(pod.ipv4(), pod.hostInterface(), NODE_V4),
        "route add %s/128 dev %s src %s".formatted(pod.ipv6(), pod.hostInterface(), NODE_V6));
    network.ip(
        "link set eth0 up",
        "addr add %s/32 dev eth0".formatted(pod.ipv4()),
        "addr add %s/128 dev eth0 nodad".formatted(pod.ipv6()),
        "route add %s dev eth0 scope link".formatted(GATEWAY_V4),
        "neigh replace %s lladdr %s dev eth0 nud permanent".formatted(GATEWAY_V4, GATEWAY_MAC),
        "route add default via %s dev eth0".formatted(GATEWAY_V4),
        "route add default via %s dev eth0".formatted(GATEWAY_V6));
    pods.add(pod);
    return pod;
  }

  /**
   * The command line that runs one of {@code sluice} in the node. What that mounts, and what it
   * keeps in {@code /run/sluice}, goes with the lab.
   */
  public List<String> enterNode(List<String> command) {
    List<String> line = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec"));
    line.add("mkdir -p /run/sluice && mount --bind \"$0\" /run/sluice && exec \"$@\"");
    line.add(directory.toString());
    line.addAll(node.enter(command));
    return line;
  }

  private synchronized NetworkNamespace namespace(String role) {
    if (closed) {
      throw new LabException("the lab is being closed");
    }
    NetworkNamespace namespace = NetworkNamespace.create(name + "-" + role);
    namespaces.add(namespace);
    return namespace;
  }

  private void connectUplink() {
    node.sysctl("net.ipv4.ip_forward", 1);
    node.sysctl("net.ipv6.conf.all.forwarding", 1);
    node.sysctl("net.ipv4.conf.all.rp_filter", 0);
    node.sysctl("net.ipv4.conf.default.rp_filter", 0);
    node.ip(
        "link add uplink type veth peer name uplink netns " + outside.name(),
        "link set uplink up",
        "addr add %s/24 dev uplink".formatted(NODE_V4),
        "addr add %s/64 dev uplink nodad".formatted(NODE_V6));
    outside.ip(
        "link set uplink up",
        "addr add %s/24 dev uplink".formatted(OTHER_NODE_V4),
        "addr add %s/64 dev uplink nodad".formatted(OTHER_NODE_V6),
        "addr add %s/32 dev lo".formatted(REMOTE_POD_V4),
        "addr add %s/128 dev lo nodad".formatted(REMOTE_POD_V6),
        "addr add %s/32 dev lo".formatted(WORLD_V4),
        "addr add %s/128 dev lo nodad".formatted(WORLD_V6),
        "route add 10.0.0.0/24 via %s".formatted(NODE_V4),
        "route add fd00:10::/64 via %s".formatted(NODE_V6));
    node.ip(
        "route add default via %s".formatted(OTHER_NODE_V4),
        "route add default via %s".formatted(OTHER_NODE_V6));
  }

  /**
   * Ends every process in the lab's namespaces and removes the namespaces and the directory; may be
   * called from any thread, more than once.
   */
  @Override
  public synchronized void close() {
    closed = true;
    for (NetworkNamespace namespace : namespaces.reversed()) {
      namespace.close();
    }
    delete(directory);
  }

  private static void delete(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (var files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete " + tree, e);
    }
  }
}
