package io.sluice.proxy.observe;

import io.sluice.proxy.policy.rule.RuleOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Writes which rule decided; most flows are owed to few rules, whose texts are kept. For one
 * thread.
 */
final class Origins {
  private static final int KEPT = 256; // a power of two
  private static final int MAX_RULE = 1024;

  private final @Nullable Text[] kept = new Text[KEPT];

  /**
   * The texts of one rule.
   *
   * @param policy the object that Hubble names
   * @param rule the members {@code policy} and {@code rule} of what only we know
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Text(RuleOrigin origin, byte[] policy, byte[] rule) {

    private static Text of(RuleOrigin origin) {
      JsonBytes policy = new JsonBytes(256);
      policy.raw("{\"name\":").string(origin.name(), Ends.MAX_NAME);
      policy.raw(",\"namespace\":").string(origin.namespace(), Ends.MAX_NAME);
      policy.raw(",\"kind\":").string(origin.kind(), Ends.MAX_NAME).raw("}");
      JsonBytes rule = new JsonBytes(256);
      rule.raw("\"policy\":\"");
      if (!origin.namespace().isEmpty()) {
        rule.text(origin.namespace(), Ends.MAX_NAME).raw("/");
      }
      rule.text(origin.name(), Ends.MAX_NAME);
      rule.raw("\",\"rule\":").string(origin.rule(), MAX_RULE);
      return new Text(origin, policy.copyFrom(0), rule.copyFrom(0));
    }
  }

  Text of(RuleOrigin origin) {
    int slot = origin.hashCode() & (KEPT - 1);
    Text known = kept[slot];
    if (known == null || !known.origin.equals(origin)) {
      known = Text.of(origin);
      kept[slot] = known;
    }
    return known;
  }
}
