package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * What the programs know about an interface: {@code struct endpoint}.
 *
 * @param id of the endpoint
 * @param identity of the pod
 * @param master index of the bridge that takes what leaves the pod before it is routed; 0 if none
 * @param addresses of the pod, one of each family at most; empty if they are not to be checked
 * @param ingress how what enters the pod is judged
 * @param egress how what leaves the pod is judged
 * @param sourceChecked whether the addresses are checked also where neither direction is enforced
 * @param namespace the node's number for the pod's network namespace; {@link #NO_NAMESPACE} if it
 *     has none
 */
public record EndpointValue(
    int id,
    int identity,
    int master,
    List<InetAddress> addresses,
    Mode ingress,
    Mode egress,
    boolean sourceChecked,
    int namespace) {
  static final int ID = 0;
  static final int FLAGS = 4;
  static final int IDENTITY = 8;
  static final int MASTER = 12;
  static final int V4 = 16;
  static final int V6 = 32;
  static final int NAMESPACE = 48;
  static final int BYTES = 52;

  /** Of an interface that leads into no other namespace. */
  public static final int NO_NAMESPACE = -1;

  private static final int KNOWN_ADDRESSES = 16;
  private static final int SOURCE_CHECKED = 32;

  /**
   * How a direction is judged; the flags are those of ingress, and are shifted by one for egress.
   */
  public enum Mode {
    NONE(0),
    AUDIT(4),
    ENFORCE(1);

    private final int flag;

    Mode(int flag) {
      this.flag = flag;
    }

    /** Whether flags say so; those of egress are to be shifted by one. */
    boolean isIn(int flags) {
      return (flags & flag) != 0;
    }
  }

  public static final Layout<EndpointValue> LAYOUT =
      new Layout<>() {
        @Override
        public int bytes() {
          return BYTES;
        }

        @Override
        public void write(EndpointValue value, MemorySegment to) {
          to.set(JAVA_INT, ID, value.id);
          to.set(
              JAVA_INT,
              FLAGS,
              value.ingress.flag
                  | value.egress.flag << 1
                  | (value.addresses.isEmpty() ? 0 : KNOWN_ADDRESSES)
                  | (value.sourceChecked ? SOURCE_CHECKED : 0));
          to.set(JAVA_INT, IDENTITY, value.identity);
          to.set(JAVA_INT, MASTER, value.master);
          to.set(JAVA_INT, NAMESPACE, value.namespace);
          for (InetAddress address : value.addresses) {
            byte[] bytes = Addresses.mapped(address);
            MemorySegment.copy(
                bytes, 0, to, JAVA_BYTE, address instanceof Inet4Address ? V4 : V6, bytes.length);
          }
        }
      };
}
