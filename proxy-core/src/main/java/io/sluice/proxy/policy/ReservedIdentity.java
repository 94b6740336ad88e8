package io.sluice.proxy.policy;

/** The identities with fixed numbers (policy language, section 3.1). */
public final class ReservedIdentity {
  /** Stands for any peer in a rule; never the identity of a peer. */
  public static final int ANY = 0;

  /** The local node, all its addresses. */
  public static final int HOST = 1;

  /** Outside the cluster. */
  public static final int WORLD = 2;

  /** Known to be in the cluster, but not as whom. */
  public static final int UNMANAGED = 3;

  /** What probes the health of the cluster's network. */
  public static final int HEALTH = 4;

  /** An endpoint whose labels are not known yet. */
  public static final int INIT = 5;

  /** Another node of the cluster. */
  public static final int REMOTE_NODE = 6;

  /** Another node of the cluster, on which an API server runs. */
  public static final int KUBE_APISERVER_NODE = 7;

  /** The proxy at the edge of the cluster. */
  public static final int INGRESS = 8;

  /** Outside the cluster, by IPv4. */
  public static final int WORLD_IPV4 = 9;

  /** Outside the cluster, by IPv6. */
  public static final int WORLD_IPV6 = 10;

  /** An API server of which nothing else is known; no address has it. The first free for users. */
  public static final int KUBE_APISERVER = 128;

  private static final int FIRST_RANGE = 0x0100_0000;
  private static final int LAST_RANGE = 0x01ff_ffff;

  private ReservedIdentity() {}

  /** Whether it is that of addresses outside the cluster: the world's, or of a range in it. */
  public static boolean isOutside(int identity) {
    return identity == WORLD
        || identity == WORLD_IPV4
        || identity == WORLD_IPV6
        || (identity >= FIRST_RANGE && identity <= LAST_RANGE);
  }
}
