package io.sluice.http.match;

import io.sluice.cilium.HeaderMatch;
import io.sluice.cilium.HeaderMatch.MatchAction;
import io.sluice.http.guard.Octets;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code header_matches} of one rule, compiled: those that decide whether it holds, and those
 * that only do something. A value that could not be had makes a condition that never holds.
 *
 * @param conditions must hold beside those that gate the actions
 * @param actions in the order of the rule
 * @param secrets lower-case names of the headers whose values are secrets
 */
record HeaderMatches(List<Condition> conditions, List<HeaderAction> actions, List<byte[]> secrets) {

  /** Fields that say where a message goes, how it is framed, or what becomes of its connection. */
  private static final Set<String> UNCHANGEABLE =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "upgrade",
          "http2-settings",
          "te",
          "trailer",
          "expect");

  static HeaderMatches of(List<HeaderMatch> matches) throws InvalidPolicyException {
    List<Condition> conditions = new ArrayList<>();
    List<HeaderAction> actions = new ArrayList<>();
    List<byte[]> secrets = new ArrayList<>();
    for (HeaderMatch match : matches) {
      byte[] name = HttpRuleCompiler.headerName(match.getName());
      byte[] value = value(match);
      boolean secret = !match.getValueSdsSecret().isEmpty();
      if (secret) {
        secrets.add(name);
      }
      if (match.getMatchAction() != MatchAction.CONTINUE_ON_MATCH) {
        throw invalid(
            match, "match_action is " + match.getMatchAction() + " (expected: CONTINUE_ON_MATCH)");
      }
      HeaderAction.Kind kind = kind(match);
      if (secret && value == null) {
        conditions.add(
            HeaderCondition.unavailable(name, match.getName(), match.getValueSdsSecret()));
      } else if (kind != null) {
        actions.add(new HeaderAction(kind, match.getName(), name, value));
      } else {
        conditions.add(HeaderCondition.wanted(name, match.getName(), value));
      }
    }
    return new HeaderMatches(List.copyOf(conditions), List.copyOf(actions), List.copyOf(secrets));
  }

  private static byte @Nullable [] value(HeaderMatch match) throws InvalidPolicyException {
    if (match.getValue().isEmpty()) {
      return null;
    }
    byte[] value = match.getValue().getBytes(StandardCharsets.UTF_8);
    for (byte b : value) {
      if (!Octets.isFieldValue(b)) {
        throw invalid(match, "value has a control character, which no header has");
      }
    }
    return value;
  }

  private static HeaderAction.@Nullable Kind kind(HeaderMatch match) throws InvalidPolicyException {
    return switch (match.getMismatchAction()) {
      case FAIL_ON_MISMATCH -> null;
      case CONTINUE_ON_MISMATCH -> HeaderAction.Kind.LOG;
      case ADD_ON_MISMATCH -> changing(match, HeaderAction.Kind.ADD);
      case DELETE_ON_MISMATCH -> changing(match, HeaderAction.Kind.DELETE);
      case REPLACE_ON_MISMATCH -> changing(match, HeaderAction.Kind.REPLACE);
      case UNRECOGNIZED -> throw invalid(match, "mismatch_action is unknown (expected: 0 to 4)");
    };
  }

  // An underscore is refused in requests: another name to servers that read it as a hyphen.
  private static HeaderAction.Kind changing(HeaderMatch match, HeaderAction.Kind kind)
      throws InvalidPolicyException {
    String name = match.getName().toLowerCase(Locale.ROOT);
    if (UNCHANGEABLE.contains(name) || name.indexOf('_') >= 0) {
      throw invalid(
          match,
          "mismatch_action "
              + kind
              + " would change a field that no rule may change (expected: none of "
              + UNCHANGEABLE.stream().sorted().toList()
              + ", and no underscore)");
    }
    return kind;
  }

  private static InvalidPolicyException invalid(HeaderMatch match, String what) {
    return new InvalidPolicyException("header_matches[" + match.getName() + "]: " + what);
  }
}
