package io.sluice.bpf.steer;

import static io.sluice.bpf.map.EndpointValue.NO_NAMESPACE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.attach.Hook;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.RingBuffer;
import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.EndpointValue;
import io.sluice.bpf.map.EndpointValue.Mode;
import io.sluice.bpf.map.Event;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.MirroredMap;
import io.sluice.bpf.map.Numbers;
import io.sluice.bpf.map.PeerValue;
import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.PolicyKeys;
import io.sluice.bpf.map.PolicyValue;
import io.sluice.bpf.map.RefusalCounts;
import io.sluice.bpf.map.Revision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The loaded programs, run in the kernel on frames that nobody sends. */
abstract class ProgramRuns {
  static final int PASS = -1;
  static final int DROP = 2;
  static final int REDIRECT = 7;

  static final int TCP = 6;
  static final int UDP = 17;
  static final int SCTP = 132;
  static final int ICMP = 1;
  static final int ICMP6 = 58;

  static final int ANY = 0;
  static final int WORLD = 2;
  static final int POD = 256;

  /** Test runs are on the loopback device unless told otherwise. */
  static final int IFINDEX = 1;

  static final int ENDPOINT = 5;
  static final int SOME_DEVICE = 4;

  /** {@code struct __sk_buff}: its size, and where its fields are. */
  private static final int CONTEXT_BYTES = 192;

  static final int MARK = 8;
  private static final int INGRESS_IFINDEX = 36;

  private static final int CONNTRACK_KEY_BYTES = 44;
  private static final int FRAGMENT_KEY_BYTES = 44;

  private static Namespace namespace;
  static Programs programs;
  static MirroredMap<Integer, EndpointValue> endpoints;
  static MirroredMap<PolicyKey, PolicyValue> policy;
  static MirroredMap<IdentityKey, PeerValue> peers;
  private static RingBuffer events;
  private static final List<Event> REPORTED = new ArrayList<>();
  static RefusalCounts counts;
  static Revision revision;

  @BeforeAll
  static void load() throws Exception {
    namespace = Namespace.make("programs");
    programs = Programs.load(IFINDEX, true, AttachedMaps.newest(Hooks.FROM_POD, List.of()));
    endpoints =
        new MirroredMap<>(
            programs.map("endpoints"),
            Numbers.LAYOUT,
            EndpointValue.LAYOUT,
            Comparator.naturalOrder());
    policy =
        new MirroredMap<>(
            programs.map("policy"), PolicyKey.LAYOUT, PolicyValue.LAYOUT, PolicyKey.SPECIFIC_FIRST);
    peers =
        new MirroredMap<>(
            programs.map("identities"),
            IdentityKey.LAYOUT,
            PeerValue.LAYOUT,
            IdentityKey.SPECIFIC_FIRST);
    counts = new RefusalCounts(programs.map("refusals"));
    revision = new Revision(programs.map("revision"));
    events = new RingBuffer(programs.map("events"), record -> REPORTED.add(Event.read(record)));
  }

  @AfterAll
  static void unload() throws Exception {
    events.close();
    programs.close();
    namespace.close();
  }

  /** Each test begins with nothing known, nothing reported, and nobody but the world. */
  @BeforeEach
  void forget() throws Exception {
    forgetConnections();
    peers.retainAll(Map.of());
    policy.retainAll(Map.of());
    endpoints.retainAll(Map.of());
    counts.retainAll(List.of());
    counts.addAll(List.of(IFINDEX));
    reported();
  }

  static void forgetConnections() throws BpfException {
    clear("conntrack", CONNTRACK_KEY_BYTES);
    clear("fragments", FRAGMENT_KEY_BYTES);
  }

  private static void clear(String name, int keyBytes) throws BpfException {
    BpfMap map = programs.map(name);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(keyBytes, 8);
      while (map.next(MemorySegment.NULL, key)) {
        map.remove(key);
      }
    }
  }

  /** What was reported since the last call. */
  static List<Event> reported() throws BpfException {
    events.poll(0);
    List<Event> reported = List.copyOf(REPORTED);
    REPORTED.clear();
    return reported;
  }

  static void enforce(boolean ingress, boolean egress) throws BpfException {
    endpoint(mode(ingress), mode(egress), 0);
  }

  static void endpoint(Mode ingress, Mode egress, int master, InetAddress... addresses)
      throws BpfException {
    endpoint(
        new EndpointValue(
            ENDPOINT, POD, master, List.of(addresses), ingress, egress, false, NO_NAMESPACE));
  }

  static void endpoint(EndpointValue value) throws BpfException {
    endpoints.putAll(Map.of(IFINDEX, value));
  }

  private static Mode mode(boolean enforced) {
    return enforced ? Mode.ENFORCE : Mode.NONE;
  }

  /** Who stands behind an address; {@code ifindex} is that of a local pod's interface, or 0. */
  static void peer(String address, int identity, int ifindex) throws BpfException {
    InetAddress literal = InetAddress.ofLiteral(address);
    peers.putAll(
        Map.of(
            IdentityKey.of(literal, literal.getAddress().length * 8),
            new PeerValue(identity, ifindex)));
  }

  /** The policy from here on; what was judged by the one before is judged anew. */
  static void policy(PolicyKeys keys) throws BpfException {
    Map<PolicyKey, PolicyValue> desired = keys.keys();
    policy.putAll(desired);
    policy.retainAll(desired);
    revision.next();
  }

  static PolicyValue value(Action action) {
    return new PolicyValue(action, false, 0);
  }

  static int into(byte[] frame) throws Exception {
    return run(Hooks.TO_POD, frame, SOME_DEVICE, 0);
  }

  static int outOf(byte[] frame) throws Exception {
    return run(Hooks.FROM_POD, frame, 0, 0);
  }

  static int run(Hook hook, byte[] frame, int from, int mark) throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      return run(hook, frame, context(arena, from, mark));
    }
  }

  /** In the namespace of this test, where no socket is that a frame could belong to. */
  static int run(Hook hook, byte[] frame, MemorySegment context) throws Exception {
    byte[] copy = frame.clone();
    MemorySegment shared = Arena.ofAuto().allocate(CONTEXT_BYTES, 8).copyFrom(context);
    int result = namespace.call(() -> programs.of(hook).testRun(copy, shared));
    context.copyFrom(shared);
    return result;
  }

  static MemorySegment context(Arena arena, int from, int mark) {
    MemorySegment context = arena.allocate(CONTEXT_BYTES, 8);
    context.set(JAVA_INT, MARK, mark);
    context.set(JAVA_INT, INGRESS_IFINDEX, from);
    return context;
  }
}
