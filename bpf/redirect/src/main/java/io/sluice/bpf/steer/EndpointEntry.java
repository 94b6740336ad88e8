package io.sluice.bpf.steer;

/**
 * A local pod whose traffic is judged.
 *
 * @param id the number that {@link PolicyEntry#endpoint()} refers to; positive
 * @param hostInterface name of the host-side end of the pod's veth pair
 * @param ingress whether what enters the pod is judged
 * @param egress whether what leaves the pod is judged
 */
public record EndpointEntry(int id, String hostInterface, boolean ingress, boolean egress) {

  public EndpointEntry {
    if (id <= 0) {
      throw new IllegalArgumentException("endpoint id: " + id + " (expected: > 0)");
    }
    if (hostInterface.isEmpty() || hostInterface.length() > 15) {
      throw new IllegalArgumentException(
          "interface of endpoint "
              + id
              + ": '"
              + hostInterface
              + "' (expected: 1 to 15 characters)");
    }
  }
}
