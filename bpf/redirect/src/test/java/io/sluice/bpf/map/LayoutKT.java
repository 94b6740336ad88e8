package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.libbpf.BpfObject;
import io.sluice.bpf.steer.Marks;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * The structs are laid out in Java as the C compiler laid them out; needs libbpf, but no privilege.
 */
class LayoutKT {

  @Test
  void sizesAndOffsetsAreThoseOfTheObject() throws Exception {
    try (BpfObject object = BpfObject.open(elf("redirect.bpf.o"))) {
      assertThat(object.constants(".rodata.layout").toArray(JAVA_INT))
          .containsExactly(
              EndpointValue.BYTES,
              EndpointValue.ID,
              EndpointValue.FLAGS,
              EndpointValue.IDENTITY,
              EndpointValue.MASTER,
              EndpointValue.V4,
              EndpointValue.V6,
              EndpointValue.NAMESPACE,
              IdentityKey.BYTES,
              IdentityKey.PREFIX,
              IdentityKey.ADDRESS,
              PeerValue.BYTES,
              PeerValue.IDENTITY,
              PeerValue.IFINDEX,
              PolicyKey.BYTES,
              PolicyKey.PREFIX,
              PolicyKey.ENDPOINT,
              PolicyKey.IDENTITY,
              PolicyKey.DIRECTION,
              PolicyKey.PROTOCOL,
              PolicyKey.PORT,
              PolicyKey.LONGEST_PREFIX,
              PolicyValue.BYTES,
              PolicyValue.ACTION,
              PolicyValue.AUDITED,
              PolicyValue.RULE,
              MapRows.Connection.KEY_BYTES,
              MapRows.Connection.IFINDEX,
              MapRows.Connection.PROTOCOL,
              MapRows.Connection.ICMP_TYPE,
              MapRows.Connection.LOCAL,
              MapRows.Connection.REMOTE,
              MapRows.Connection.LOCAL_PORT,
              MapRows.Connection.REMOTE_PORT,
              MapRows.Connection.BYTES,
              MapRows.Connection.SEEN,
              MapRows.Connection.RULE,
              MapRows.Connection.DIRECTION,
              MapRows.Connection.STATE,
              MapRows.Connection.CLOSED,
              MapRows.Connection.AUDITED,
              RefusalCounts.BYTES,
              RefusalCounts.SUPPRESSED,
              Event.BYTES,
              Event.TIME,
              Event.ENDPOINT,
              Event.IDENTITY,
              Event.RULE,
              Event.SOURCE,
              Event.DESTINATION,
              Event.SOURCE_PORT,
              Event.DESTINATION_PORT,
              Event.PROTOCOL,
              Event.DIRECTION,
              Event.PASSED,
              Event.AUDITED,
              Event.REASON,
              Event.OPENS,
              Event.REPLY,
              Marks.MASK,
              Marks.STEERED,
              Marks.ANSWER_INGRESS,
              Marks.ANSWER_EGRESS,
              Marks.UPSTREAM_INGRESS,
              Marks.UPSTREAM_EGRESS);
    }
    try (BpfObject object = BpfObject.open(elf("shortcut.bpf.o"))) {
      assertThat(object.constants(".rodata.layout").toArray(JAVA_INT))
          .containsExactly(
              ShortCutCounts.OPEN_CONNECTIONS,
              ShortCutCounts.BYTES,
              MapRows.Exchange.CLIENT,
              MapRows.Exchange.SERVER,
              MapRows.Exchange.CLIENT_PORT,
              MapRows.Exchange.SERVER_PORT,
              MapRows.Exchange.CLIENT_POD,
              MapRows.Exchange.SERVER_POD,
              MapRows.Exchange.CLIENT_BYTES,
              MapRows.Exchange.CLIENT_MESSAGES,
              MapRows.Exchange.SERVER_BYTES,
              MapRows.Exchange.SERVER_MESSAGES,
              MapRows.Exchange.JOINED,
              MapRows.Exchange.ENCRYPTED);
    }
  }

  private static byte[] elf(String name) throws IOException {
    try (var object = LayoutKT.class.getResourceAsStream("/io/sluice/bpf/steer/" + name)) {
      return object.readAllBytes();
    }
  }
}
