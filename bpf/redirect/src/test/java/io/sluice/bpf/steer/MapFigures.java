package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.attach.Hook;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.map.EndpointValue.Mode;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What large maps cost: to fill, to change by one, to look up in, and to hold; and what the
 * programs cost the verifier. Prints figures, and fails only if the maps don't hold what they must;
 * for {@code bench/maps}.
 */
class MapFigures extends ProgramRuns {
  private static final int POLICY_KEYS = 65_536;
  private static final int PREFIXES = 500_000;
  private static final int PREFIXES_V6 = 100_000;
  private static final int IDENTITIES = 4_096;
  private static final int FIRST_IDENTITY = 1 << 24;
  private static final int PORTS = POLICY_KEYS / IDENTITIES;
  private static final int REPEAT = 1_000_000;
  private static final int SERIES = 5;

  @Test
  void programs() throws Exception {
    for (Hook hook : List.of(Hooks.FROM_POD, Hooks.TO_POD, Hooks.INTO_PROXY)) {
      System.out.printf(
          Locale.ROOT,
          "program %-12s %,9d instructions looked at by the verifier, of 1,000,000%n",
          hook.program(),
          programs.of(hook).verifiedInstructions());
    }
  }

  @Test
  void largeMaps() throws Exception {
    apply("1 policy entry and 1 prefix", state(1, 1, 1));
    lookups();
    DatapathState large = state(IDENTITIES, PORTS, PREFIXES);
    apply("65,536 policy entries and 500,000 prefixes, loaded", large);
    lookups();
    apply("one prefix more", state(IDENTITIES, PORTS, PREFIXES + 1));
    List<PolicyEntry> policy = new ArrayList<>(large.policy());
    policy.set(7, PolicyEntry.of(ENDPOINT, false, ANY, TCP, 7, 7, PolicyEntry.Action.ALLOW));
    apply("another port", new DatapathState(List.of(), policy, large.identities()));
    memory();
  }

  /** What {@link Datapath#apply} does with the maps. */
  private static void apply(String what, DatapathState state) throws BpfException {
    long began = System.nanoTime();
    MapContents contents = MapContents.of(state, new Resolution(Map.of()), MapContents.BOUNDS);
    long made = System.nanoTime();
    policy.putAll(contents.policy());
    peers.putAll(contents.peers());
    peers.retainAll(contents.peers());
    policy.retainAll(contents.policy());
    revision.next();
    long written = System.nanoTime();
    assertThat(contents.closed()).isEmpty();
    System.out.printf(
        Locale.ROOT,
        "%-55s %,9d policy keys %,9d prefixes: %,6d ms to work out, %,6d ms to write%n",
        what,
        contents.policy().size(),
        contents.peers().size(),
        (made - began) / 1_000_000,
        (written - made) / 1_000_000);
  }

  private static void lookups() throws Exception {
    endpoint(Mode.ENFORCE, Mode.ENFORCE, 0);
    InetAddress peer = address(1);
    String from = peer.getHostAddress();
    String pod = "10.9.9.9";
    int steered = 8080;
    int unknown = 9;
    Map<String, byte[]> into = new LinkedHashMap<>();
    into.put("datagram of a known connection", Frame.between(from, pod, UDP, Frame.udp(9, 1)));
    into.put(
        "segment of a known connection", Frame.between(from, pod, TCP, Frame.tcp(1, Frame.ACK)));
    into.put("SYN that is steered", Frame.between(from, pod, TCP, Frame.tcp(steered, Frame.SYN)));
    into.put("datagram that is refused", Frame.between(from, pod, UDP, Frame.udp(9, unknown)));
    for (Map.Entry<String, byte[]> each : into.entrySet()) {
      time(Hooks.TO_POD, "into the pod: " + each.getKey(), each.getValue());
    }
    time(
        Hooks.FROM_POD,
        "out of the pod: datagram of a known connection",
        Frame.between(pod, from, UDP, Frame.udp(1, 9)));
    time(
        Hooks.FROM_POD,
        "out of the pod: segment of a known connection",
        Frame.between(pod, from, TCP, Frame.tcp(1, 40_000, Frame.ACK, 5)));
  }

  private static void time(Hook hook, String what, byte[] frame) throws Exception {
    int[] nanos = new int[SERIES];
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < SERIES; i++) {
        nanos[i] = programs.of(hook).timeRuns(frame, context(arena, SOME_DEVICE, 0), REPEAT);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "  %-55s %5d ns, from %d to %d%n",
        what,
        IntStream.of(nanos).sorted().toArray()[SERIES / 2],
        IntStream.of(nanos).min().getAsInt(),
        IntStream.of(nanos).max().getAsInt());
  }

  private static void memory() throws Exception {
    for (String name : List.of("policy", "identities", "conntrack")) {
      Path info = Path.of("/proc/self/fdinfo", Integer.toString(programs.map(name).fd()));
      String bytes =
          Files.readAllLines(info).stream()
              .filter(line -> line.startsWith("memlock:"))
              .map(line -> line.replaceAll("\\D", ""))
              .findFirst()
              .orElseThrow();
      System.out.printf(
          Locale.ROOT, "map %-12s %,6d MiB in the kernel%n", name, Long.parseLong(bytes) >> 20);
    }
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    System.out.printf(Locale.ROOT, "Java heap, states of the test included %,d MiB%n", heap >> 20);
  }

  private static DatapathState state(int identities, int ports, int prefixes) throws Exception {
    List<PolicyEntry> policy = new ArrayList<>();
    for (int identity = 0; identity < identities; identity++) {
      for (int port = 0; port < ports; port++) {
        PolicyEntry.Action action = port == 0 ? PolicyEntry.Action.ALLOW : PolicyEntry.Action.STEER;
        // Neighbours would be one range.
        policy.add(allow(FIRST_IDENTITY + identity, 1 + port * 2, action));
      }
    }
    for (int protocol : new int[] {TCP, UDP}) {
      policy.add(PolicyEntry.of(ENDPOINT, false, ANY, protocol, 1, 1, PolicyEntry.Action.ALLOW));
    }
    policy.add(allow(ANY, 8080, PolicyEntry.Action.STEER));
    List<IdentityEntry> entries = new ArrayList<>();
    for (int i = 1; i <= prefixes; i++) {
      boolean v6 = i % (PREFIXES / PREFIXES_V6) == 0;
      int identity = FIRST_IDENTITY + i % identities;
      entries.add(new IdentityEntry(v6 ? addressV6(i) : address(i), v6 ? 64 : 32, identity));
    }
    return new DatapathState(List.of(), policy, entries);
  }

  private static PolicyEntry allow(int identity, int port, PolicyEntry.Action action) {
    return PolicyEntry.of(ENDPOINT, false, identity, TCP, port, port, action);
  }

  /** Scattered over the whole of IPv4, as lists of addresses of the internet are. */
  private static InetAddress address(int number) throws UnknownHostException {
    int scattered = Integer.reverse(number * 0x9e3779b1);
    return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(scattered).array());
  }

  private static InetAddress addressV6(int number) throws UnknownHostException {
    ByteBuffer bytes = ByteBuffer.allocate(16).putShort((short) 0x2001).putInt(number * 0x9e3779b1);
    return InetAddress.getByAddress(bytes.array());
  }
}
