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

/** Steering by eBPF programs on the pods' interfaces, in the namespace of the calling thread. */
public final class Datapath implements Steering {
  private final Ledger ledger;
  private final Hooks hooks;
  private final Programs programs;
  private final int intoProxy;
  private final Listeners listeners;
  private final MirroredMap<PolicyKey, PolicyValue> policy;
  private final MirroredMap<IdentityKey, PeerValue> peers;
  private final LearnedPeers learnedPeers;
  private final MirroredMap<Integer, EndpointValue> endpoints;
  private final Revision revision;
  private final RefusalCounts refusals;
  private final Links links = new Links();
  private final @Nullable ShortCut shortCut;
  private @Nullable String shortCutMissing;

  /**
   * Interfaces that may carry programs of ours; null until we have looked at all there are, and
   * what other programs have judged is judged anew.
   */
  private @Nullable Set<Integer> attached;

  /** What the maps hold, all of it and nothing else; null where that is not known. */
  private @Nullable Written written;

  private @Nullable VerdictReader reader;
  private boolean closed;

  private record Written(DatapathState desired, Resolution resolution, MapContents contents) {
    boolean isOf(DatapathState state, Resolution interfaces) {
      return desired.equals(state) && resolution.equals(interfaces);
    }
  }

  private Datapath(
      Ledger ledger,
      Hooks hooks,
      Programs programs,
      int intoProxy,
      @Nullable ShortCut shortCut,
      @Nullable String shortCutMissing)
      throws BpfException {
    this.ledger = ledger;
    this.hooks = hooks;
    this.programs = programs;
    this.shortCut = shortCut;
    this.shortCutMissing = shortCutMissing;
    this.intoProxy = intoProxy;
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
   * idempotent. No interface is touched before {@link #apply}: until then the programs of an
   * earlier datapath judge and steer, and what they know of connections is known to these, too.
   *
   * @param stateDir where the settings that {@link #cleanup} puts back are kept, by namespace
   * @param shortCut whether bytes between the proxy and local pods are to take the short-cut; where
   *     the machine can't, {@link #shortCut} says why
   * @throws DatapathException names what the machine lacks and what to do
   */
  public static Datapath open(Path stateDir, boolean shortCut) throws DatapathException {
    return open(stateDir, shortCut, null);
  }

  /** The same, by the best chain if {@code chain} is null. */
  static Datapath open(Path stateDir, boolean shortCut, @Nullable Chain chain)
      throws DatapathException {
    Privileges.require();
    Ledger ledger = Ledger.open(stateDir);
    Settings.apply(ledger);
    int intoProxy = LocalDelivery.make();
    try {
      LibbpfPresence.require();
      Hooks hooks = new Hooks(ledger, chain == null ? Chain.best() : chain);
      return load(ledger, hooks, intoProxy, shortCut);
    } catch (BpfException failed) {
      throw new DatapathException(
          "can't set up steering: " + failed.getMessage() + Privileges.advice(), failed);
    }
  }

  private static Datapath load(Ledger ledger, Hooks hooks, int intoProxy, boolean wantShortCut)
      throws BpfException {
    Programs programs = null;
    ShortCut shortCut = null;
    try (AttachedMaps attached = AttachedMaps.newest(Hooks.FROM_POD, Libc.interfaces().keySet())) {
      programs = Programs.load(intoProxy, wantShortCut, attached);
      String missing = null;
      if (wantShortCut) {
        try {
          shortCut = ShortCut.open(programs);
        } catch (DatapathException failed) {
          missing = failed.getMessage();
        }
      }
      return new Datapath(ledger, hooks, programs, intoProxy, shortCut, missing);
    } catch (BpfException failed) {
      if (shortCut != null) {
        shortCut.close();
      }
      if (programs != null) {
        programs.close();
      }
      throw failed;
    }
  }

  /** The kernel forgets the socket when it closes. */
  @Override
  public synchronized void listen(Listener slot, int socketFd) throws DatapathException {
    slot.claim(socketFd);
    try {
      listeners.put(slot.slot(), socketFd);
    } catch (BpfException failed) {
      throw new DatapathException("listener " + slot + ": " + failed.getMessage(), failed);
    }
  }

  @Override
  public synchronized void learn(
      Map<InetAddress, Integer> learned, Collection<InetAddress> forgotten)
      throws DatapathException {
    boolean lost = false;
    written = null;
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

  @Override
  public Set<InetAddress> connected(Set<InetAddress> addresses) throws DatapathException {
    try {
      return Connections.remotes(programs.map("conntrack"), addresses);
    } catch (BpfException failed) {
      throw new DatapathException("can't list connections: " + failed.getMessage(), failed);
    }
  }

  @Override
  public synchronized void prepare(DatapathState desired) throws DatapathException {
    put(desired, false);
  }

  /**
   * Writes only what differs, in an order in which every packet meanwhile gets the old verdict or
   * the new one. To apply an equal state again is cheap.
   *
   * @throws DatapathException if a map is full or the kernel refuses an entry; what was written
   *     stays, nothing was removed
   */
  @Override
  public synchronized Applied apply(DatapathState desired) throws DatapathException {
    return put(desired, true);
  }

  @Override
  public synchronized void retire() {
    // Should it come back to us, what hangs where is the work of another, and what was judged, too.
    attached = null;
    if (shortCut != null) {
      shortCut.unlink();
    }
  }

  private Applied put(DatapathState desired, boolean inForce) throws DatapathException {
    List<Unattached> unattached = new ArrayList<>();
    List<Overtaken> overtaken = new ArrayList<>();
    Resolution resolution = Resolution.of(desired.endpoints(), unattached);
    // With many prefixes it takes seconds to work out what is there already.
    Written there = written != null && written.isOf(desired, resolution) ? written : null;
    boolean same = there != null;
    MapContents contents =
        there == null ? MapContents.of(desired, resolution, MapContents.BOUNDS) : there.contents();
    Map<IdentityKey, PeerValue> identities =
        same ? Map.of() : learnedPeers.with(contents.peers(), desired.learned());
    written = null;
    Set<Integer> judged = resolution.judged();
    Map<Integer, EndpointValue> values =
        resolution.values(links.of(resolution.endpoints().keySet()));
    boolean changed = true;
    try {
      // What a packet is judged by has to be there before the packet is judged. What was judged by
      // the programs before these is judged anew, however little is written now.
      changed = inForce && attached == null;
      changed |= !same && policy.putAll(contents.policy());
      changed |= !same && peers.putAll(identities);
      refusals.addAll(judged);
      changed |= endpoints.putAll(values);
      if (inForce) {
        attachInto();
        attach(resolution.endpoints(), judged, unattached, overtaken);
        detachAllBut(judged);
      }
      changed |= endpoints.retainAll(values);
      refusals.retainAll(judged);
      changed |= !same && peers.retainAll(identities);
      changed |= !same && policy.retainAll(contents.policy());
      written = new Written(desired, resolution, contents);
    } catch (BpfException failed) {
      throw new DatapathException("can't apply the state: " + failed.getMessage(), failed);
    } finally {
      judgeAnew(changed && inForce);
    }
    return new Applied(unattached, contents.closed(), overtaken);
  }

  /** What another datapath may have taken over meanwhile, or somebody removed. */
  private void attachInto() throws BpfException, DatapathException {
    if (shortCut != null) {
      linkShortCut(shortCut);
    }
    if (LocalDelivery.device() == intoProxy) {
      hooks.attachInto(intoProxy, LocalDelivery.INNER, programs);
    }
  }

  /**
   * What nothing depends on must not keep a state from being in force; the next one tries again.
   */
  private void linkShortCut(ShortCut unlinked) {
    try {
      unlinked.link();
      shortCutMissing = null;
    } catch (BpfException | DatapathException failed) {
      shortCutMissing = failed.getMessage();
    }
  }

  @Override
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

  @Override
  public synchronized long suppressed() throws DatapathException {
    try {
      return refusals.suppressed();
    } catch (BpfException failed) {
      throw new DatapathException("can't count verdicts: " + failed.getMessage(), failed);
    }
  }

  @Override
  public List<String> limits() {
    return List.of();
  }

  @Override
  public synchronized ShortCutUse shortCut() throws DatapathException {
    if (shortCut == null || closed) {
      return new ShortCutUse(false, shortCutMissing, 0, 0);
    }
    try {
      return new ShortCutUse(
          shortCutMissing == null,
          shortCutMissing,
          shortCut.counts().connections(),
          shortCut.counts().bytes());
    } catch (BpfException failed) {
      throw new DatapathException(
          "can't count what takes the short-cut: " + failed.getMessage(), failed);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (reader != null) {
      reader.close();
    }
    if (shortCut != null) {
      shortCut.close();
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
   * Takes all programs of ours off the interfaces of the namespace, and nothing else: other
   * steering is in force. Fine where there is no libbpf, for then there are none.
   */
  public static void withdraw(Path stateDir) throws DatapathException {
    try {
      LibbpfPresence.require();
    } catch (BpfException missing) {
      return;
    }
    detachEverywhere(Ledger.open(stateDir));
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
    } catch (BpfException failed) {
      throw new DatapathException("can't remove the programs: " + failed.getMessage(), failed);
    }
    detachEverywhere(ledger);
    LocalDelivery.remove();
    Settings.restore(ledger);
    ledger.delete();
  }

  private static void detachEverywhere(Ledger ledger) throws DatapathException {
    try {
      Hooks hooks = new Hooks(ledger, Chain.best());
      for (Map.Entry<Integer, String> device : Libc.interfaces().entrySet()) {
        hooks.detachAll(device.getKey(), device.getValue());
      }
    } catch (BpfException failed) {
      throw new DatapathException("can't remove the programs: " + failed.getMessage(), failed);
    }
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
