package io.sluice.bpf.steer;

/**
 * The four transparent listeners that the programs hand connections to, by direction and family.
 */
public enum Listener {
  /** Connections that enter a pod, IPv4. */
  INGRESS_V4,
  /** Connections that enter a pod, IPv6. */
  INGRESS_V6,
  /** Connections that leave a pod, IPv4. */
  EGRESS_V4,
  /** Connections that leave a pod, IPv6. */
  EGRESS_V6
}
