package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * Who stands behind a prefix: {@code struct peer}.
 *
 * @param identity the peer's number
 * @param ifindex of the interface that a local pod's packets come in by; 0 for all others
 */
public record PeerValue(int identity, int ifindex) {
  static final int IDENTITY = 0;
  static final int IFINDEX = 4;
  static final int BYTES = 8;

  public static final Layout<PeerValue> LAYOUT =
      new Layout<>() {
        @Override
        public int bytes() {
          return BYTES;
        }

        @Override
        public void write(PeerValue value, MemorySegment to) {
          to.set(JAVA_INT, IDENTITY, value.identity);
          to.set(JAVA_INT, IFINDEX, value.ifindex);
        }
      };
}
