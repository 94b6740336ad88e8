package io.sluice.app.judge;

/**
 * What an agent is configured by that changes the meaning of policies.
 *
 * @param enforcement whom policies are enforced on
 * @param audit whether every policy is reported only
 * @param localCluster the name of the cluster that the pods are in
 * @param node the node whose addresses are {@code host}; empty: the node that holds the endpoint
 */
public record Settings(Enforcement enforcement, boolean audit, String localCluster, String node) {

  /** Those of an agent that is not configured. */
  public static final Settings DEFAULT = new Settings(Enforcement.DEFAULT, false, "default", "");

  /** Whom policies are enforced on. */
  public enum Enforcement {
    /** Endpoints that a policy selects, in the directions that it speaks of. */
    DEFAULT,
    /** Every endpoint, both directions. */
    ALWAYS,
    /** Nobody. */
    NEVER
  }
}
