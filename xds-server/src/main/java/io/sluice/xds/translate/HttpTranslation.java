package io.sluice.xds.translate;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.sluice.cilium.HeaderMatch;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the HTTP rules of a resource. */
final class HttpTranslation {
  /** A value that no header has, for a rule that must never hold and yet must be there. */
  private static final String NO_VALUE = "\n";

  private HttpTranslation() {}

  static HttpNetworkPolicyRules of(@Nullable Policy policy, List<L7Rules.HttpRule> rules) {
    HttpNetworkPolicyRules.Builder http = HttpNetworkPolicyRules.newBuilder();
    rules.forEach(rule -> http.addHttpRules(request(policy, rule)));
    return http.build();
  }

  private static HttpNetworkPolicyRule request(@Nullable Policy policy, L7Rules.HttpRule request) {
    HttpNetworkPolicyRule.Builder rule =
        HttpNetworkPolicyRule.newBuilder()
            .setOrigin(RuleTranslation.origin(policy, request.place().field()));
    addPattern(rule, ":path", request.path());
    addPattern(rule, ":method", request.method());
    addPattern(rule, ":authority", request.host());
    request.headers().forEach(header -> rule.addHeaders(header(header)));
    for (L7Rules.HeaderMatch match : request.headerMatches()) {
      if (match.mismatch() == L7Rules.Mismatch.FAIL && match.secret().isEmpty()) {
        rule.addHeaders(header(new L7Rules.Header(match.name(), match.value())));
      } else {
        rule.addHeaderMatches(match(match));
      }
    }
    return rule.build();
  }

  /** A condition that a header must satisfy. */
  static HeaderMatcher.Builder header(L7Rules.Header header) {
    HeaderMatcher.Builder matcher = HeaderMatcher.newBuilder();
    int colon = header.name().indexOf(':');
    if (colon >= 0) {
      return matcher.setName(header.name().substring(0, colon)).setExactMatch(NO_VALUE);
    }
    matcher.setName(header.name());
    return header.value() == null
        ? matcher.setPresentMatch(true)
        : matcher.setExactMatch(header.value());
  }

  /** A value that only a secret gives can't be had, and then nothing matches. */
  private static HeaderMatch match(L7Rules.HeaderMatch match) {
    return HeaderMatch.newBuilder()
        .setName(match.name())
        .setValue(match.value() == null ? "" : match.value())
        .setValueSdsSecret(match.secret())
        .setMatchAction(HeaderMatch.MatchAction.CONTINUE_ON_MATCH)
        .setMismatchAction(
            switch (match.mismatch()) {
              case FAIL -> HeaderMatch.MismatchAction.FAIL_ON_MISMATCH;
              case LOG -> HeaderMatch.MismatchAction.CONTINUE_ON_MISMATCH;
              case ADD -> HeaderMatch.MismatchAction.ADD_ON_MISMATCH;
              case DELETE -> HeaderMatch.MismatchAction.DELETE_ON_MISMATCH;
              case REPLACE -> HeaderMatch.MismatchAction.REPLACE_ON_MISMATCH;
            })
        .build();
  }

  private static void addPattern(
      HttpNetworkPolicyRule.Builder rule, String name, @Nullable String pattern) {
    if (pattern != null) {
      rule.addHeaders(
          HeaderMatcher.newBuilder()
              .setName(name)
              .setSafeRegexMatch(RegexMatcher.newBuilder().setRegex(pattern)));
    }
  }
}
