package io.sluice.bpf.nft;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import io.sluice.bpf.steer.Applied;
import io.sluice.bpf.steer.Applied.Closed;
import io.sluice.bpf.steer.Applied.Unattached;
import io.sluice.bpf.steer.Command;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.DatapathState;
import io.sluice.bpf.steer.EndpointEntry;
import io.sluice.bpf.steer.JudgedPacket;
import io.sluice.bpf.steer.Ledger;
import io.sluice.bpf.steer.Links;
import io.sluice.bpf.steer.Listener;
import io.sluice.bpf.steer.LocalDelivery;
import io.sluice.bpf.steer.MapContents;
import io.sluice.bpf.steer.Privileges;
import io.sluice.bpf.steer.Resolution;
import io.sluice.bpf.steer.Settings;
import io.sluice.bpf.steer.ShortCutUse;
import io.sluice.bpf.steer.Steering;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Steering by rules of nftables, in the namespace of the calling thread: one table, {@code inet
 * sluice}, that changes as a whole and stays when the process ends.
 */
public final class Nftables implements Steering {
  private static final String NFT = "nft";

  /** Whether the kernel can do what the rules ask for; checked and thrown away. */
  private static final String PROBE =
      """
      add table inet sluice_probe
      add chain inet sluice_probe in { type filter hook prerouting priority -150; }
      add rule inet sluice_probe in meta l4proto tcp ct direction original tproxy ip to 127.0.0.1:1
      add rule inet sluice_probe in ct original ip saddr vmap { 192.0.2.0-192.0.2.9 : drop }
      add rule inet sluice_probe in fib daddr type local reject with tcp reset
      add chain inet sluice_probe out { type route hook output priority -150; }
      add rule inet sluice_probe out ct original zone set 1
      add chain inet sluice_probe ports { type nat hook postrouting priority 100; }
      """;

  private final Links links = new Links();
  private final Map<Listener, Integer> ports = new EnumMap<>(Listener.class);

  /** What is in force by this process; null if nothing is yet. */
  private @Nullable Told told;

  /** Of the rules that say it; those of another process have another. */
  private int generation;

  private List<Closed> closed = List.of();

  /** All that the rules are made of. */
  private record Told(
      DatapathState state,
      Resolution resolution,
      List<LocalPod> pods,
      Map<Listener, Integer> ports) {}

  private Nftables() {}

  /**
   * Makes rules, routes and settings that steering needs; idempotent. The table of an earlier
   * process is in force until {@link #apply}.
   *
   * @param stateDir where the settings that cleanup puts back are kept, by namespace
   * @throws DatapathException names what the machine lacks and what to do
   */
  public static Nftables open(Path stateDir) throws DatapathException {
    Privileges.requireNetAdmin();
    Command probe = Command.feed(PROBE, NFT, "--check", "--file", "-");
    if (probe.status() != 0) {
      throw new DatapathException(
          "nftables can't steer here (expected: Linux 5.9 or later with CONFIG_NF_TABLES_INET,"
              + " CONFIG_NFT_TPROXY, CONFIG_NFT_CT, CONFIG_NF_CONNTRACK_ZONES, CONFIG_NFT_NAT,"
              + " CONFIG_NFT_FIB_INET and CONFIG_NFT_REJECT_INET): "
              + probe.error().strip());
    }
    Settings.apply(Ledger.open(stateDir));
    LocalDelivery.makeRoutes();
    return new Nftables();
  }

  @Override
  public synchronized void listen(Listener slot, int socketFd) throws DatapathException {
    slot.claim(socketFd);
    try {
      ports.put(slot, Libc.localPort(socketFd));
    } catch (BpfException failed) {
      throw new DatapathException("listener " + slot + ": " + failed.getMessage(), failed);
    }
  }

  /** Nothing: the table changes as a whole. */
  @Override
  public void prepare(DatapathState desired) {}

  /** Nothing: rules begin whatever packets ask for. */
  @Override
  public void retire() {}

  @Override
  public synchronized Applied apply(DatapathState desired) throws DatapathException {
    List<Unattached> unattached = new ArrayList<>();
    Resolution resolution = Resolution.of(desired.endpoints(), unattached);
    Told next = new Told(desired, resolution, pods(resolution, unattached), Map.copyOf(ports));
    List<String> present = chains();
    // Somebody may have flushed all tables, or put rules of its own in force: ours are made again.
    if (newest(present) != generation || !next.equals(told)) {
      tell(next, present);
    }
    return new Applied(unattached, closed, List.of());
  }

  @Override
  public synchronized void learn(
      Map<InetAddress, Integer> learned, Collection<InetAddress> forgotten)
      throws DatapathException {
    Told before = told;
    if (before == null) {
      throw new DatapathException("no rules are in force yet: names are learned beside them");
    }
    Map<InetAddress, Integer> all = new HashMap<>(before.state.learned());
    all.putAll(learned);
    all.keySet().removeAll(Set.copyOf(forgotten));
    DatapathState state = before.state;
    tell(
        new Told(
            new DatapathState(state.endpoints(), state.policy(), state.identities(), all),
            before.resolution,
            before.pods,
            before.ports),
        chains());
  }

  /** What connection tracking knows; nothing where the kernel does not show it. */
  @Override
  public Set<InetAddress> connected(Set<InetAddress> addresses) throws DatapathException {
    return TrackedConnections.to(addresses);
  }

  private void tell(Told next, List<String> present) throws DatapathException {
    told = null;
    List<String> before =
        present.stream().filter(chain -> Script.generationOf(chain) >= 0).toList();
    MapContents contents = MapContents.of(next.state, next.resolution, MapContents.BOUNDS);
    Map<IdentityKey, PeerValue> peers = new HashMap<>(contents.peers());
    next.state
        .learned()
        .forEach(
            (address, identity) ->
                peers.put(
                    IdentityKey.of(address, address.getAddress().length * Byte.SIZE),
                    new PeerValue(identity, 0)));
    generation = newest(present) + 1;
    Script script = new Script(generation);
    Ruleset.write(script, next.ports, next.pods, contents.policy(), AddressRange.of(peers));
    put(script.installation());
    told = next;
    closed = contents.closed();
    if (!before.isEmpty()) {
      put(Script.removal(before));
    }
  }

  private static int newest(List<String> chains) {
    return chains.stream().mapToInt(Script::generationOf).max().orElse(-1);
  }

  private List<LocalPod> pods(Resolution resolution, List<Unattached> unattached)
      throws DatapathException {
    Links linked = links.of(resolution.endpoints().keySet());
    List<LocalPod> pods = new ArrayList<>();
    resolution
        .endpoints()
        .forEach(
            (ifindex, entry) -> {
              String reason = hindrance(entry, linked.master(ifindex) != 0);
              if (reason.isEmpty()) {
                pods.add(new LocalPod(entry));
              } else if (entry.judged()) {
                unattached.add(new Unattached(entry, reason));
              }
            });
    return pods;
  }

  private static String hindrance(EndpointEntry entry, boolean bridged) {
    if (!LocalPod.isWritable(entry.hostInterface())) {
      return "interface '"
          + entry.hostInterface()
          + "' (expected: letters, digits and _.@- only, with nftables)";
    }
    return bridged
        ? "interface '"
            + entry.hostInterface()
            + "' belongs to a bridge, whose frames nftables can't judge (expected: an interface"
            + " that the node routes for, or steering by tc)"
        : "";
  }

  /** There are none: what rules decide is not reported. */
  @Override
  public void onVerdict(Consumer<JudgedPacket> sink) {}

  @Override
  public long suppressed() {
    return 0;
  }

  @Override
  public ShortCutUse shortCut() {
    return ShortCutUse.NONE;
  }

  @Override
  public List<String> limits() {
    return List.of(
        "nftables enforces L3/L4 policy, but records no flows of it: neither of refused packets nor"
            + " of what audited policies would refuse");
  }

  @Override
  public void close() {}

  /** Removes the table; fine where there is none, or no nftables. */
  public static void withdraw() throws DatapathException {
    if (isInstalled()) {
      put("add table " + Script.TABLE + "\ndelete table " + Script.TABLE + "\n");
    }
  }

  private static boolean isInstalled() {
    try {
      return Command.run(NFT, "list", "tables").status() == 0;
    } catch (DatapathException missing) {
      return false;
    }
  }

  private static void put(String script) throws DatapathException {
    Command done = Command.feed(script, NFT, "--file", "-");
    if (done.status() != 0) {
      // The first line says what is wrong; the others repeat the rule, however long that is.
      String reason = done.error().lines().findFirst().orElse("status " + done.status());
      throw new DatapathException("nftables refuses the rules: " + reason);
    }
  }

  /** The names of the chains of our table; none if there is none. */
  private static List<String> chains() throws DatapathException {
    List<String> names = new ArrayList<>();
    boolean ours = false;
    for (String line : Command.require(NFT, "list", "chains", "inet").lines().toList()) {
      if (line.startsWith("table ")) {
        ours = line.equals("table " + Script.TABLE + " {");
      } else if (ours && line.startsWith("\tchain ")) {
        names.add(line.substring("\tchain ".length(), line.length() - " {".length()));
      }
    }
    return names;
  }
}
