package io.sluice.bpf.steer;

/**
 * Lets a peer open TCP connections to a range of ports, past the proxy or through it.
 *
 * <p>The entries of an identity are looked at before those of {@link #ANY}, and the first hit
 * decides: whoever writes entries for an identity repeats in them what {@link #ANY} allows on the
 * same ports.
 *
 * @param endpoint the {@link EndpointEntry#id()} it belongs to
 * @param egress true for connections that the pod opens, false for those that it accepts
 * @param identity the peer, or {@link #ANY}
 * @param firstPort first destination port, 0 to 65535
 * @param lastPort last destination port, inclusive
 * @param steer true hands the connection to the proxy, false lets it pass
 */
public record PolicyEntry(
    int endpoint, boolean egress, int identity, int firstPort, int lastPort, boolean steer) {

  /** Stands for every identity. */
  public static final int ANY = 0;

  public PolicyEntry {
    if (endpoint <= 0) {
      throw new IllegalArgumentException(
          "endpoint of a policy entry: " + endpoint + " (expected: > 0)");
    }
    if (firstPort < 0 || lastPort > 65535 || firstPort > lastPort) {
      throw new IllegalArgumentException(
          "ports of a policy entry: "
              + firstPort
              + "-"
              + lastPort
              + " (expected: 0 <= first <= last <= 65535)");
    }
  }
}
