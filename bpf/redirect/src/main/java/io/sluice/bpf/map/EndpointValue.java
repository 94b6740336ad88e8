package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * What the programs know about an interface: {@code struct endpoint}.
 *
 * @param id of the endpoint
 * @param ingress whether what enters the pod is judged
 * @param egress whether what leaves the pod is judged
 * @param bridged whether another device, as a bridge, takes what leaves the pod before it is routed
 */
public record EndpointValue(int id, boolean ingress, boolean egress, boolean bridged) {
  static final int ID = 0;
  static final int FLAGS = 4;
  static final int BYTES = 8;

  private static final int ENFORCE_INGRESS = 1;
  private static final int ENFORCE_EGRESS = 2;
  private static final int BRIDGED = 4;

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
              (value.ingress ? ENFORCE_INGRESS : 0)
                  | (value.egress ? ENFORCE_EGRESS : 0)
                  | (value.bridged ? BRIDGED : 0));
        }
      };
}
