package io.sluice.app.suite;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.app.judge.Layer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a case expects; what is null is not asked.
 *
 * @param written the expectation as the suite has it, a word or a mapping
 * @param verdict the verdict
 * @param layer where it is reached
 * @param proxied whether an end hands the connection to the proxy
 * @param policy {@code namespace/name}, or the name of a clusterwide policy, that decides
 * @param side the end that decides
 * @param forwarded values of headers as they go on, by their names; without a value: absent
 */
public record Expectation(
    JsonNode written,
    @Nullable Word verdict,
    @Nullable Layer layer,
    @Nullable Boolean proxied,
    @Nullable String policy,
    @Nullable End side,
    Map<String, List<String>> forwarded) {

  /** The verdicts of a suite. */
  public enum Word {
    /** It passes. */
    ALLOW,
    /** It does not. */
    DENY,
    /** It passes, but audited policies would deny it. */
    AUDIT,
    /** Parts of it pass. */
    PARTIAL,
    /** A policy does not validate. */
    REJECT,
    /** The policies validate, but can't be enforced together. */
    CONFLICT
  }

  /** The ends of a connection. */
  public enum End {
    /** The one that it leaves. */
    EGRESS,
    /** The one that it reaches. */
    INGRESS
  }
}
