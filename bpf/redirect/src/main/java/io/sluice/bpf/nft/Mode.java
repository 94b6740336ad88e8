package io.sluice.bpf.nft;

import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.PolicyValue;
import java.util.Locale;

/**
 * What is asked of a policy, which depends on where a packet is met: the same entries, another end
 * of their rules.
 */
enum Mode {
  /** Opens a connection to the pod, or goes on with it. */
  INTO(false, false),
  /** The pod answers a connection that was opened to it. */
  INTO_ANSWER(false, true),
  /** Opens a connection to the pod, and could be steered here. */
  INTO_STEERED(false, false),
  /** The node itself opens a connection to the pod, or goes on with it. */
  INTO_FROM_NODE(false, false),
  /** The pod answers that. */
  INTO_FROM_NODE_ANSWER(false, true),
  /** The proxy does, in the name of another pod. */
  INTO_FROM_PROXY(false, false),
  /** The pod opens a connection, or goes on with it. */
  OUT_OF(true, false),
  /** The answer to a connection that the pod has opened. */
  OUT_OF_ANSWER(true, true);

  private static final String ACCEPT = "accept";
  private static final String DROP = "drop";
  private static final String RETURN = "return";

  private final boolean egress;
  private final boolean answers;

  Mode(boolean egress, boolean answers) {
    this.egress = egress;
    this.answers = answers;
  }

  boolean egress() {
    return egress;
  }

  /** Whether the packet goes the other way than its connection was opened. */
  boolean answers() {
    return answers;
  }

  /** Whether who opens a connection can be told by the interface that its packet came in by. */
  boolean cameByInterface() {
    return this == INTO || this == INTO_STEERED;
  }

  /** Whether the node itself is the peer. */
  boolean ofNode() {
    return this == INTO_FROM_NODE || this == INTO_FROM_NODE_ANSWER;
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What an entry makes of the packet.
   *
   * @param enforced whether the direction is, else it is only audited
   */
  String verdict(PolicyValue value, boolean enforced, Script script) {
    return switch (this) {
      case INTO_STEERED -> value.action() == Action.STEER ? script.goTo(Ruleset.STEER_IN) : RETURN;
      case INTO_FROM_NODE, INTO_FROM_NODE_ANSWER ->
          value.action() == Action.DENY && enforced ? DROP : ACCEPT;
      default ->
          switch (value.action()) {
            case ALLOW -> ACCEPT;
            case DENY -> otherwise(enforced);
            // Whether a proxy is there can't be asked of every packet of a connection: it is
            // needed.
            case STEER, STEER_OR_PASS -> steered(value.audited(), script);
          };
    };
  }

  private String steered(boolean forAuditOnly, Script script) {
    return switch (this) {
      case OUT_OF -> script.goTo(forAuditOnly ? Ruleset.STEER_OUT_IF_POSSIBLE : Ruleset.STEER_OUT);
      case INTO_FROM_PROXY -> script.goTo(Ruleset.STEER_BY_LOOPBACK);
      // Who is met here was not steered where that would have been possible.
      default -> forAuditOnly ? ACCEPT : script.goTo(Ruleset.UNSTEERED);
    };
  }

  /** What becomes of a packet that no entry is about. */
  String otherwise(boolean enforced) {
    return switch (this) {
      case INTO_STEERED -> RETURN;
      case INTO_FROM_NODE, INTO_FROM_NODE_ANSWER -> ACCEPT;
      default -> enforced ? DROP : ACCEPT;
    };
  }
}
