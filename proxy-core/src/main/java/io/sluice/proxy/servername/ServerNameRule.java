package io.sluice.proxy.servername;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.policy.rule.ServerNames;

/**
 * One rule: the client must ask for one of these names.
 *
 * @param origin where it was written
 * @param names the names
 */
record ServerNameRule(RuleOrigin origin, ServerNames names) {
  private static final int MAX_SHOWN = 255;

  /** Says why it does not allow the handshake. */
  NearestMiss explain(Handshake handshake) {
    String name = handshake.serverName();
    String came =
        name.isEmpty()
            ? "no server name was sent"
            : "is " + (name.length() > MAX_SHOWN ? name.substring(0, MAX_SHOWN) + "…" : name);
    return new NearestMiss(origin, "serverNames", came + ", the rule wants " + names);
  }
}
