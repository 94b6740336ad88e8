package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.attach.Chain;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.BpfObject;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.EndpointValue;
import io.sluice.bpf.map.EndpointValue.Mode;
import io.sluice.bpf.map.MirroredMap;
import io.sluice.bpf.map.Numbers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another version of the programs has left, with maps that are not as ours. */
class AnotherLayoutKT extends OnNode {
  private static final int CONNECTIONS = 131_072;

  /** Far from what a new datapath begins with. */
  private static final int REVISION = 41;

  private static final String VERSION = ".rodata.version";

  /** {@code struct btf_type} of an array, without a name; its element's and its index's types. */
  private static final int BTF_ARRAY = 3 << 24;

  /** Theirs are the only programs. */
  @BeforeEach
  void leave() throws Exception {
    datapath.close();
    cleanup();
  }

  @Test
  void mapsOfAnotherShapeAreNotUsedAndGoWithTheirPrograms() throws Exception {
    try (BpfObject other = BpfObject.open(halved(Programs.bytes("redirect.bpf.o")))) {
      attach(other);
    }
    assertThat(connectionsOnPodOne()).isEqualTo(CONNECTIONS / 2);

    assertTakesOver(true);
    assertThat(connectionsOnPodOne()).isEqualTo(CONNECTIONS);
  }

  /** A control: such maps are used if nothing else is different. */
  @Test
  void mapsOfTheSameVersionAreUsed() throws Exception {
    try (BpfObject other = BpfObject.open(Programs.bytes("redirect.bpf.o"))) {
      attach(other);
    }
    assertTakesOver(true);
    assertThat(revisionOnPodOne()).isGreaterThan(REVISION);
  }

  /** Their shapes are as ours. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void mapsOfAnotherVersionAreNotUsedAndGoWithTheirPrograms(int difference) throws Exception {
    try (BpfObject other = BpfObject.open(Programs.bytes("redirect.bpf.o"))) {
      MemorySegment version = other.constants(VERSION);
      version.set(JAVA_INT, 0, version.get(JAVA_INT, 0) + difference);
      attach(other);
    }
    assertTakesOver(false);
    assertThat(revisionOnPodOne()).isLessThan(REVISION);
  }

  @Test
  void mapsWithoutAVersionAreNotUsedAndGoWithTheirPrograms() throws Exception {
    byte[] unversioned =
        new String(Programs.bytes("redirect.bpf.o"), StandardCharsets.ISO_8859_1)
            .replace(VERSION, ".rodata.another")
            .getBytes(StandardCharsets.ISO_8859_1);
    try (BpfObject other = BpfObject.open(unversioned)) {
      attach(other);
    }
    assertTakesOver(false);
    assertThat(revisionOnPodOne()).isLessThan(REVISION);
  }

  /** Lets everything pass that pod one sends. */
  private static void attach(BpfObject other) throws Exception {
    other.load();
    int ifindex = node.node.call(() -> Libc.interfaceIndex("lxc1"));
    MirroredMap<Integer, EndpointValue> endpoints =
        new MirroredMap<>(
            other.map("endpoints"),
            Numbers.LAYOUT,
            EndpointValue.LAYOUT,
            Comparator.naturalOrder());
    endpoints.putAll(Map.of(ifindex, passing()));
    try (Arena arena = Arena.ofConfined()) {
      other
          .map("revision")
          .put(arena.allocateFrom(JAVA_INT, 0), arena.allocateFrom(JAVA_INT, REVISION));
    }
    node.node.call(() -> Hooks.FROM_POD.attach(ifindex, other.program("from_pod"), Chain.best()));
  }

  private static EndpointValue passing() {
    return new EndpointValue(
        POD_ONE, ONE, 0, List.of(), Mode.NONE, Mode.NONE, false, EndpointValue.NO_NAMESPACE);
  }

  /**
   * A connection of before goes on, and what is not allowed from now on is refused.
   *
   * @param sameVersion whether what is in the maps that are there may be shown
   */
  private void assertTakesOver(boolean sameVersion) throws Exception {
    server(node.two, Node.podTwo(false));
    server(node.outside, Node.outside(false));
    try (Tcp open = connect(node.one, Node.podTwo(false))) {
      assertThat(ask(open)).isEqualTo(answerTo(Node.podOne(false)));
      if (sameVersion) {
        assertThat(endpointsShown()).containsExactly(POD_ONE);
      } else {
        assertThatExceptionOfType(DatapathException.class)
            .isThrownBy(AnotherLayoutKT::endpointsShown)
            .withMessageContaining("another layout of maps");
      }
      datapath = node.node.call(this::steering);
      assertThat(ask(open)).isEqualTo(answerTo(Node.podOne(false)));
      apply(podOne(false, true), out(POD_ONE, TWO, false));
      assertThat(ask(open)).isEqualTo(answerTo(Node.podOne(false)));
    }
    assertThat(ask(node.one, Node.podTwo(false))).isEqualTo(answerTo(Node.podOne(false)));
    assertSilence(node.one, Node.outside(false));
    assertThat(endpointsShown()).containsExactly(POD_ONE);
  }

  private static List<Object> endpointsShown() throws Exception {
    List<Object> shown = new ArrayList<>();
    node.node.call(
        () -> {
          KernelMaps.each("endpoints", row -> shown.add(row.get("endpoint")));
          return null;
        });
    return shown;
  }

  /** How many connections the program knows at most that packets of pod one meet. */
  private static int connectionsOnPodOne() throws Exception {
    return onPodOne("conntrack", conntrack -> conntrack.shape().maxEntries());
  }

  private static int revisionOnPodOne() throws Exception {
    return onPodOne(
        "revision",
        revision -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            assertThat(revision.get(arena.allocateFrom(JAVA_INT, 0), number)).isTrue();
            return number.get(JAVA_INT, 0);
          }
        });
  }

  private interface Question {
    int ask(BpfMap map) throws BpfException;
  }

  private static int onPodOne(String map, Question question) throws Exception {
    return node.node.call(
        () -> {
          try (AttachedMaps maps =
              AttachedMaps.newest(Hooks.FROM_POD, List.of(Libc.interfaceIndex("lxc1")))) {
            BpfMap found = maps.find(map);
            assertThat(found).isNotNull();
            return question.ask(found);
          }
        });
  }

  /**
   * The same programs with room for half as many connections: the declaration of a map says how
   * many by the length of an array, which is written down in the section of types.
   */
  private static byte[] halved(byte[] object) {
    ByteBuffer bytes = ByteBuffer.wrap(object.clone()).order(ByteOrder.nativeOrder());
    int found = 0;
    for (int at = 0; at + 24 <= object.length; at += Integer.BYTES) {
      if (bytes.getInt(at) == 0
          && bytes.getInt(at + 4) == BTF_ARRAY
          && bytes.getInt(at + 8) == 0
          && bytes.getInt(at + 20) == CONNECTIONS) {
        bytes.putInt(at + 20, CONNECTIONS / 2);
        found++;
      }
    }
    assertThat(found).as("arrays of that length").isEqualTo(1);
    return bytes.array();
  }
}
