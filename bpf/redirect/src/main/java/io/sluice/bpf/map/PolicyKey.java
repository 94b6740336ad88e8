package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;

/**
 * An aligned range of ports of one protocol and one peer: {@code struct policy_key}.
 *
 * @param endpoint the pod that is judged
 * @param egress direction
 * @param identity the peer; 0 is any
 * @param protocol IANA's number; 0 is any, and then there are no ports
 * @param port the first port; its bits behind {@code portBits} are zero
 * @param portBits how many leading bits of the port are compared: 0 all ports, 16 one port
 */
public record PolicyKey(
    int endpoint, boolean egress, int identity, int protocol, int port, int portBits) {
  static final int PREFIX = 0;
  static final int ENDPOINT = 4;
  static final int IDENTITY = 8;
  static final int DIRECTION = 12;
  static final int PROTOCOL = 13;
  static final int PORT = 14;
  static final int BYTES = 16;

  /** Bits from the endpoint to the port inclusive. */
  static final int LONGEST_PREFIX = 96;

  private static final int BEFORE_PORT = LONGEST_PREFIX - 16;
  private static final int BEFORE_PROTOCOL = BEFORE_PORT - 8;

  /**
   * A peer before any peer, a protocol before any protocol, and a shorter range before a longer
   * one: the order in which the programs' lookups prefer them.
   */
  public static final Comparator<PolicyKey> SPECIFIC_FIRST =
      Comparator.comparing((PolicyKey key) -> key.identity == 0)
          .thenComparing(key -> key.protocol == 0)
          .thenComparing(PolicyKey::portBits, Comparator.reverseOrder());

  public static final Layout<PolicyKey> LAYOUT =
      new Layout<>() {
        @Override
        public int bytes() {
          return BYTES;
        }

        @Override
        public void write(PolicyKey key, MemorySegment to) {
          to.set(
              JAVA_INT, PREFIX, key.protocol == 0 ? BEFORE_PROTOCOL : BEFORE_PORT + key.portBits);
          to.set(JAVA_INT, ENDPOINT, key.endpoint);
          to.set(JAVA_INT, IDENTITY, key.identity);
          to.set(JAVA_BYTE, DIRECTION, (byte) (key.egress ? 1 : 0));
          to.set(JAVA_BYTE, PROTOCOL, (byte) key.protocol);
          to.set(JAVA_BYTE, PORT, (byte) (key.port >>> 8));
          to.set(JAVA_BYTE, PORT + 1, (byte) key.port);
        }
      };
}
