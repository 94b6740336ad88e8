package io.sluice.bpf.steer;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.attach.Chain;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.LibbpfPresence;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.Connections;
import io.sluice.bpf.map.EndpointValue;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.Listeners;
import io.sluice.bpf.map.MirroredMap;
import io.sluice.bpf.map.Numbers;
import io.sluice.bpf.map.PeerValue;
import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.PolicyValue;
import io.sluice.bpf.map.RefusalCounts;
import io.sluice.bpf.map.Revision;
import io.sluice.bpf.steer.Applied.Overtaken;
import io.sluice.bpf.steer.Applied.Unattached;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the packets of local pods, and steers their connections, in the network namespace of the
 * calling thread.
 *
 * <p>What it attaches outlives it: after {@link #close} (or a crash) the last state stays in force,
 * and what would be steered is dropped until another datapath is opened in the same namespace.
 *
 * <p>Thread-safe; every call has to come from a thread of the namespace that it was opened in.
 */
public final class Datapath implements AutoCloseable {
  private final Ledger ledger;
  private final Hooks hooks;
  private final Programs programs;
  private final Listeners listeners;
  private final MirroredMap<PolicyKey, PolicyValue> policy;
  private final MirroredMap<IdentityKey, PeerValue> peers;
  private final LearnedPeers learnedPeers;
  private final MirroredMap<Integer, EndpointValue> endpoints;
  private final Revision revision;
  private final RefusalCounts refusals;
  private final Bridges bridges = new Bridges();

  /** Interfaces that may carry programs of ours; null until we have looked at all there are. */
  private @Nullable Set<Integer> attached;

  private @Nullable VerdictReader reader;
  private boolean closed;

  private Datapath(Ledger ledger, Hooks hooks, Programs programs) throws BpfException {
    this.ledger = ledger;
    this.hooks = hooks;
    this.programs = programs;
    listeners = new Listeners(programs.map("listeners"));
    policy =
        new MirroredMap<>(
            programs.map("policy"), PolicyKey.LAYOUT, PolicyValue.LAYOUT, PolicyKey.SPECIFIC_FIRST);
    peers =
        new MirroredMap<>(
            programs.map("identities"),
            IdentityKey.LAYOUT,
            PeerValue.LAYOUT,
            IdentityKey.SPECIFIC_FIRST);
    learnedPeers = new LearnedPeers(peers);
    endpoints =
        new MirroredMap<>(
            programs.map("endpoints"),
            Numbers.LAYOUT,
            EndpointValue.LAYOUT,
            Comparator.naturalOrder());
    revision = new Revision(programs.map("revision"));
    refusals = new RefusalCounts(programs.map("refusals"));
  }

  /**
   * Loads the programs and makes devices, rules, routes and settings that steering needs;
   * idempotent. No interface of a pod is touched before {@link #apply}: until then the programs of
   * an earlier datapath judge, and what they know of connections is known to these, too.
   *
   * @param stateDir where the settings that {@link #cleanup} puts back are kept, by namespace
   * @throws DatapathException names what the machine lacks and what to do
   */
  public static Datapath open(Path stateDir) throws DatapathException {
    return open(stateDir, null);
  }

  /** The same, by the best chain if {@code chain} is null. */
  static Datapath open(Path stateDir, @Nullable Chain chain) throws DatapathException {
    Privileges.require();
    Ledger ledger = Ledger.open(stateDir);
    Settings.apply(ledger);
    int intoProxy = LocalDelivery.make();
    Programs programs = null;
    try {
      LibbpfPresence.require();
      Hooks hooks = new Hooks(ledger, chain == null ? Chain.best() : chain);
      programs = load(intoProxy);
      Datapath datapath = new Datapath(ledger, hooks, programs);
      hooks.attachInto(intoProxy, LocalDelivery.INNER, programs);
      return datapath;
    } catch (BpfException failed) {
      if (programs != null) {
        programs.close();
      }
      throw new DatapathException(
          "can't set up steering: " + failed.getMessage() + Privileges.advice(), failed);
    }
  }

  private static Programs load(int intoProxy) throws BpfException {
    try (AttachedMaps attached = AttachedMaps.newest(Hooks.FROM_POD, Libc.interfaces().keySet())) {
      return Programs.load(intoProxy, attached);
    }
  }

  /**
   * Gives a transparent socket the connections, or the datagrams, of a slot, and marks it so that
   * its answers are recognised. The kernel forgets it when the socket closes.
   *
   * @throws DatapathException if the descriptor is no listening TCP socket, or no UDP socket, as
   *     the slot wants it
   */
  public synchronized void listen(Listener slot, int socketFd) throws DatapathException {
    try {
      boolean fits = slot.datagrams() ? Libc.isDatagram(socketFd) : Libc.isListening(socketFd);
      if (!fits) {
        throw new DatapathException(
            "listener "
                + slot
                + ": descriptor "
                + socketFd
                + " (expected: a "
                + (slot.datagrams() ? "UDP" : "listening")
                + " socket)");
      }
      Libc.setMark(socketFd, slot.mark());
      listeners.put(slot.slot(), socketFd);
    } catch (BpfException failed) {
      throw new DatapathException("listener " + slot + ": " + failed.getMessage(), failed);
    }
  }

  /**
   * Changes who some addresses are by their names, beside the state in force, which must hold what
   * the policy says of their identities already; the next state has to say the same. When this
   * returns, the next packet to any of them is judged so.
   *
   * @param learned who addresses are now
   * @param forgotten addresses that are nobody else by their names any more; who is connected to
   *     one is judged anew
   * @throws DatapathException if a map is full or the kernel refuses an entry
   */
  public synchronized void learn(
      Map<InetAddress, Integer> learned, Collection<InetAddress> forgotten)
      throws DatapathException {
    boolean lost = false;
    try {
      // What was judged before stands: who has got a name has lost nothing.
      learnedPeers.put(learned);
      lost = learnedPeers.remove(forgotten);
    } catch (BpfException failed) {
      throw new DatapathException(
          "can't say who learned addresses are: " + failed.getMessage(), failed);
    } finally {
      judgeAnew(lost);
    }
  }

  /**
   * Those of some addresses to which a pod's connection, or what stands for one without
   * connections, is known and has not ended.
   *
   * @throws DatapathException if the kernel does not tell
   */
  public Set<InetAddress> connected(Set<InetAddress> addresses) throws DatapathException {
    try {
      return Connections.remotes(programs.map("conntrack"), addresses);
    } catch (BpfException failed) {
      throw new DatapathException("can't list connections: " + failed.getMessage(), failed);
    }
  }

  /**
   * Puts the complete desired state in force and writes only what differs, in an order in which
   * every packet meanwhile gets the old verdict or the new one. An endpoint that can't be enforced,
   * or whose policy has no room and which is therefore denied everything, is named in the result;
   * the others proceed.
   *
   * @throws DatapathException if a map is full or the kernel refuses an entry; what was written
   *     stays, nothing was removed
   */
  public synchronized Applied apply(DatapathState desired) throws DatapathException {
    List<Unattached> unattached = new ArrayList<>();
    List<Overtaken> overtaken = new ArrayList<>();
    Resolution resolution = Resolution.of(desired.endpoints(), unattached);
    MapContents contents = MapContents.of(desired, resolution, MapContents.BOUNDS);
    Map<IdentityKey, PeerValue> identities = learnedPeers.with(contents.peers(), desired.learned());
    Set<Integer> judged = resolution.judged();
    Map<Integer, EndpointValue> values =
        resolution.values(bridges.mastersOf(resolution.endpoints().keySet()));
    boolean changed = true;
    try {
      // What a packet is judged by has to be there before the packet is judged.
      changed = policy.putAll(contents.policy());
      changed |= peers.putAll(identities);
      refusals.addAll(judged);
      changed |= endpoints.putAll(values);
      attach(resolution.endpoints(), judged, unattached, overtaken);
      detachAllBut(judged);
      changed |= endpoints.retainAll(values);
      refusals.retainAll(judged);
      changed |= peers.retainAll(identities);
      changed |= policy.retainAll(contents.policy());
    } catch (BpfException failed) {
      throw new DatapathException("can't apply the state: " + failed.getMessage(), failed);
    } finally {
      judgeAnew(changed);
    }
    return new Applied(unattached, contents.closed(), overtaken);
  }

  /**
   * Calls {@code sink}, on one daemon thread, for the first packet of each connection that is
   * allowed past the proxy in a judged direction, and for refused packets: at most about 100 a
   * second for each endpoint, see {@link #suppressed()}. To be called once.
   */
  public synchronized void onVerdict(Consumer<JudgedPacket> sink) throws DatapathException {
    if (reader != null) {
      throw new IllegalStateException("onVerdict was called before (expected: once)");
    }
    try {
      reader = VerdictReader.start(programs.map("events"), sink);
    } catch (BpfException failed) {
      throw new DatapathException("can't read verdicts: " + failed.getMessage(), failed);
    }
  }

  /** How many verdicts were not reported since {@link #open}, for there were too many. */
  public synchronized long suppressed() throws DatapathException {
    try {
      return refusals.suppressed();
    } catch (BpfException failed) {
      throw new DatapathException("can't count verdicts: " + failed.getMessage(), failed);
    }
  }

  /** Frees what this process holds; what is attached stays and fails closed. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (reader != null) {
      reader.close();
    }
    programs.close();
  }

  /**
   * Where a process may keep what belongs to this namespace; {@link #cleanup} removes the files in
   * it.
   *
   * @param stateDir as of {@link #open}
   */
  public static Path stateOfNamespace(Path stateDir) throws DatapathException {
    try {
      return Ledger.directory(stateDir);
    } catch (BpfException failed) {
      throw new DatapathException("can't tell the namespace: " + failed.getMessage(), failed);
    }
  }

  /**
   * Removes everything that was ever made in this namespace and puts settings back; idempotent, and
   * needs no agent. Programs of others stay.
   *
   * @throws DatapathException names what could not be removed
   */
  public static void cleanup(Path stateDir) throws DatapathException {
    Privileges.require();
    Ledger ledger = Ledger.open(stateDir);
    try {
      LibbpfPresence.require();
      Hooks hooks = new Hooks(ledger, Chain.best());
      for (Map.Entry<Integer, String> device : Libc.interfaces().entrySet()) {
        hooks.detachAll(device.getKey(), device.getValue());
      }
    } catch (BpfException failed) {
      throw new DatapathException("can't remove the programs: " + failed.getMessage(), failed);
    }
    LocalDelivery.remove();
    Settings.restore(ledger);
    ledger.delete();
  }

  /** What was judged by the state before is judged by this one from the next packet on. */
  private void judgeAnew(boolean changed) throws DatapathException {
    if (!changed) {
      return;
    }
    try {
      revision.next();
    } catch (BpfException failed) {
      throw new DatapathException(
          "can't end what is not allowed any more: " + failed.getMessage(), failed);
    }
  }

  private void attach(
      Map<Integer, EndpointEntry> entries,
      Set<Integer> judged,
      List<Unattached> unattached,
      List<Overtaken> overtaken)
      throws DatapathException {
    for (Map.Entry<Integer, EndpointEntry> each : entries.entrySet()) {
      if (!judged.contains(each.getKey())) {
        continue;
      }
      try {
        String device = each.getValue().hostInterface();
        hooks.attachPod(each.getKey(), device, programs);
        String overtakers = Hooks.overtakers(each.getKey(), device);
        if (!overtakers.isEmpty()) {
          overtaken.add(new Overtaken(each.getValue().id(), overtakers));
        }
      } catch (BpfException failed) {
        unattached.add(new Unattached(each.getValue(), String.valueOf(failed.getMessage())));
      }
    }
  }

  /**
   * The first time also what an earlier process left on interfaces that are not wanted any more.
   */
  private void detachAllBut(Set<Integer> wanted) throws BpfException, DatapathException {
    Map<Integer, String> devices = Libc.interfaces();
    int own = LocalDelivery.device();
    for (Map.Entry<Integer, String> device : devices.entrySet()) {
      int ifindex = device.getKey();
      boolean ours = attached == null || attached.contains(ifindex);
      if (ours && ifindex != own && !wanted.contains(ifindex)) {
        hooks.detachAll(ifindex, device.getValue());
      }
    }
    attached = new HashSet<>(wanted);
    ledger.retainHooks(devices.keySet());
  }
}
