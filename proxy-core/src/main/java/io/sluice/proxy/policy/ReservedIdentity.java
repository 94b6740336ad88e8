package io.sluice.proxy.policy;

/** The identities with fixed numbers (policy language, section 3.1). */
public final class ReservedIdentity {
  /** Stands for any peer in a rule; never the identity of a peer. */
  public static final int ANY = 0;

  /** The local node, all its addresses. */
  public static final int HOST = 1;

  /** Outside the cluster. */
  public static final int WORLD = 2;

  /** Another node of the cluster. */
  public static final int REMOTE_NODE = 6;

  private ReservedIdentity() {}
}
