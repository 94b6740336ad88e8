package io.sluice.xds.world;

/**
 * What the operator, not an object of the world, says about decisions.
 *
 * @param mode when a direction of an endpoint is enforced
 * @param audited whether everything is reported and nothing enforced
 * @param node the name of the node whose addresses are {@code host}; empty: none is local
 * @param names what FQDN selectors select
 */
public record Settings(Mode mode, boolean audited, String node, LearnedNames names) {

  /** When a direction of an endpoint is enforced. */
  public enum Mode {
    /** If at least one rule selects the endpoint for it. */
    DEFAULT,
    /** Always; without rules nothing is allowed. */
    ALWAYS,
    /** Never, whatever the rules say. */
    NEVER
  }

  /** What holds if nobody says otherwise. */
  public static Settings defaults(String node) {
    return new Settings(Mode.DEFAULT, false, node, LearnedNames.NONE);
  }

  /** The same for another node. */
  public Settings onNode(String name) {
    return new Settings(mode, audited, name, names);
  }

  /** The same in another mode. */
  public Settings inMode(Mode other) {
    return new Settings(other, audited, node, names);
  }

  /** The same, with everything audited or not. */
  public Settings audited(boolean everything) {
    return new Settings(mode, everything, node, names);
  }

  /** The same with other learned names. */
  public Settings knowing(LearnedNames learned) {
    return new Settings(mode, audited, node, learned);
  }
}
