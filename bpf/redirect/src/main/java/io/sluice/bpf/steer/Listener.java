package io.sluice.bpf.steer;

/**
 * The four transparent listeners that the programs hand connections to, by direction and family.
 */
public enum Listener {
  /** Connections that enter a pod, IPv4. */
  INGRESS_V4(false, false),
  /** Connections that enter a pod, IPv6. */
  INGRESS_V6(false, true),
  /** Connections that leave a pod, IPv4. */
  EGRESS_V4(true, false),
  /** Connections that leave a pod, IPv6. */
  EGRESS_V6(true, true);

  private final boolean egress;
  private final boolean ipv6;

  Listener(boolean egress, boolean ipv6) {
    this.egress = egress;
    this.ipv6 = ipv6;
  }

  boolean egress() {
    return egress;
  }

  boolean ipv6() {
    return ipv6;
  }

  /** What the sockets that it accepts must be marked with. */
  int mark() {
    return egress ? Marks.ANSWER_EGRESS : Marks.ANSWER_INGRESS;
  }
}
