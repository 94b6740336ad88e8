package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.attach.Chain;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.BpfObject;
import io.sluice.bpf.libbpf.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What another version of the programs has left, with maps that are not as ours. */
class AnotherLayoutKT extends OnNode {
  private static final int CONNECTIONS = 131_072;

  /** {@code struct btf_type} of an array, without a name; its element's and its index's types. */
  private static final int BTF_ARRAY = 3 << 24;

  @Test
  void mapsOfAnotherLayoutAreNotUsedAndGoWithTheirPrograms() throws Exception {
    datapath.close();
    cleanup();
    try (BpfObject other = BpfObject.open(halved(Programs.bytes("redirect.bpf.o")))) {
      other.load();
      node.node.call(
          () ->
              Hooks.FROM_POD.attach(
                  Libc.interfaceIndex("lxc1"), other.program("from_pod"), Chain.best()));
    }
    assertThat(connectionsOnPodOne()).isEqualTo(CONNECTIONS / 2);

    open();
    server(node.two, Node.podTwo(false));
    server(node.outside, Node.outside(false));
    apply(podOne(false, true), out(POD_ONE, TWO, false));
    assertThat(connectionsOnPodOne()).isEqualTo(CONNECTIONS);
    assertThat(ask(node.one, Node.podTwo(false))).isEqualTo(answerTo(Node.podOne(false)));
    assertSilence(node.one, Node.outside(false));
  }

  /** How many connections the program knows at most that packets of pod one meet. */
  private static int connectionsOnPodOne() throws Exception {
    return node.node.call(
        () -> {
          try (AttachedMaps maps =
              AttachedMaps.newest(Hooks.FROM_POD, List.of(Libc.interfaceIndex("lxc1")))) {
            BpfMap conntrack = maps.find("conntrack");
            assertThat(conntrack).isNotNull();
            return conntrack.shape().maxEntries();
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
