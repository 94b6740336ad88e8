package io.sluice.app.naive;

/**
 * Where Sluice means something else than Cilium 1.19 on purpose. The oracle can be told to read any
 * of them as Cilium does, so that a difference between the two can be traced to its cause.
 */
public enum Difference {
  /** The host is lower-cased and loses a trailing dot and the default port before matching. */
  HOST_CANONICAL,
  /** A header that was sent several times must satisfy a rule with every value, never joined. */
  HEADER_EVERY_VALUE,
  /** {@code headers: ["X: .*"]} asks for presence, not for these two characters. */
  HEADER_PRESENCE,
  /** A rule whose secret is missing matches nothing, whatever it says about mismatches. */
  SECRET_MISSING,
  /** A path is judged in its canonical form, and refused if it has none. */
  PATH_CANONICAL,
  /**
   * {@code toServices} that select nothing select nothing with {@code toPorts} too; and a deny rule
   * with services denies them, where Cilium resolves services in allow rules only.
   */
  SERVICES_NONE,
  /** {@code toFQDNs: []} selects nothing with {@code toPorts} too. */
  FQDNS_NONE,
  /** ICMP type 0 is the echo reply, not every type. */
  ICMP_ZERO,
  /** A named port at egress is that of the pods selected, whatever other pods call it. */
  NAMED_PORTS,
  /** The peer {@code kube-apiserver} is not also a remote node. */
  API_SERVER_ALONE,
  /** Rules of one protocol don't open a port for another. */
  OTHER_PROTOCOL,
  /** The server's end sees a request as the client's end has sent it on, headers changed. */
  AS_SENT,
  /** What the proxy of a port can't read is refused, also where a rule allows every request. */
  UNREADABLE,
  /**
   * L7 rules restrict the local node wherever they select it in particular, where in Cilium only
   * those whose selector is just {@code reserved:host}; and what it may send without restriction is
   * not steered.
   */
  LOCALHOST,
  /** Policies about nodes are judged, where in Cilium the host firewall has to be switched on. */
  HOST_POLICIES,
  /** DNS rules and server names are about the protocols that carry DNS and TLS only. */
  CARRIERS
}
