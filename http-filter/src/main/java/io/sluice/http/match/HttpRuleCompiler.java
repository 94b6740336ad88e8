package io.sluice.http.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.guard.Octets;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Compiles the HTTP rules of a resource; refuses, by name, whatever it could not enforce as it is
 * written.
 */
public final class HttpRuleCompiler implements RuleCompiler {
  private static final int MAX_PATTERN = 16 * 1024;
  private static final int MAX_PROGRAM = 2_000;

  @Override
  public String protocol() {
    return "http";
  }

  @Override
  public boolean compiles(PortNetworkPolicyRule rule) {
    return rule.hasHttpRules();
  }

  @Override
  public RuleMatcher<RequestHead> compile(List<PortNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    List<HttpRule> compiled = new ArrayList<>();
    List<byte[]> secrets = new ArrayList<>();
    Map<String, TextPattern> patterns = new HashMap<>();
    for (PortNetworkPolicyRule rule : rules) {
      if (rule.getHttpRules().getHttpRulesCount() == 0) {
        throw new InvalidPolicyException("http_rules: empty (expected: at least one rule)");
      }
      for (HttpNetworkPolicyRule http : rule.getHttpRules().getHttpRulesList()) {
        RuleOrigin origin = RuleOrigin.of(http.hasOrigin() ? http.getOrigin() : rule.getOrigin());
        List<Condition> conditions = conditions(http, patterns);
        HeaderMatches matches = HeaderMatches.of(http.getHeaderMatchesList());
        int gates = conditions.size();
        conditions.addAll(matches.conditions());
        compiled.add(new HttpRule(origin, List.copyOf(conditions), gates, matches.actions()));
        secrets.addAll(matches.secrets());
      }
    }
    return new HttpRuleMatcher(compiled, secrets);
  }

  private static List<Condition> conditions(
      HttpNetworkPolicyRule rule, Map<String, TextPattern> patterns) throws InvalidPolicyException {
    List<Condition> conditions = new ArrayList<>();
    for (HeaderMatcher matcher : rule.getHeadersList()) {
      conditions.add(condition(matcher, patterns));
    }
    // A miss is explained by the first that fails: method, path, host, then headers.
    conditions.sort(Comparator.comparingInt(HttpRuleCompiler::order));
    return conditions;
  }

  private static int order(Condition condition) {
    return switch (condition) {
      case FieldCondition on when on.on() == RequestField.METHOD -> 0;
      case FieldCondition on when on.on() == RequestField.PATH -> 1;
      case FieldCondition _ -> 2;
      case HeaderCondition _ -> 3;
    };
  }

  private static Condition condition(HeaderMatcher matcher, Map<String, TextPattern> patterns)
      throws InvalidPolicyException {
    String name = matcher.getName();
    if (matcher.getInvertMatch()) {
      throw unsupported(name, "invert_match");
    }
    if (matcher.getTreatMissingHeaderAsEmpty()) {
      throw unsupported(name, "treat_missing_header_as_empty");
    }
    if (matcher.getStringMatch().getIgnoreCase()) {
      throw unsupported(name, "ignore_case");
    }
    for (RequestField field : RequestField.values()) {
      if (field.header().equals(name)) {
        String regex = regex(matcher);
        return new FieldCondition(field, pattern(name, regex == null ? ".*" : regex, patterns));
      }
    }
    byte[] lower = headerName(name);
    String exact = exact(matcher);
    if (exact != null) {
      return HeaderCondition.exact(lower, name, exact.getBytes(StandardCharsets.UTF_8));
    }
    String regex = regex(matcher);
    return regex == null
        ? HeaderCondition.present(lower, name)
        : HeaderCondition.matching(lower, name, pattern(name, regex, patterns));
  }

  static byte[] headerName(String name) throws InvalidPolicyException {
    byte[] bytes = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    boolean token = bytes.length > 0;
    for (byte b : bytes) {
      token &= Octets.isToken(b);
    }
    if (!token) {
      throw new InvalidPolicyException(
          "headers.name: \"" + name + "\" (expected: a header name, :path, :method or :authority)");
    }
    return bytes;
  }

  private static @org.jspecify.annotations.Nullable String exact(HeaderMatcher matcher) {
    return switch (matcher.getHeaderMatchSpecifierCase()) {
      case EXACT_MATCH -> matcher.getExactMatch();
      case STRING_MATCH ->
          matcher.getStringMatch().hasExact() ? matcher.getStringMatch().getExact() : null;
      default -> null;
    };
  }

  /** The pattern as one regular expression that must match the whole, or null for mere presence. */
  private static @org.jspecify.annotations.Nullable String regex(HeaderMatcher matcher)
      throws InvalidPolicyException {
    return switch (matcher.getHeaderMatchSpecifierCase()) {
      case EXACT_MATCH -> Pattern.quote(matcher.getExactMatch());
      case SAFE_REGEX_MATCH -> matcher.getSafeRegexMatch().getRegex();
      case PREFIX_MATCH -> Pattern.quote(matcher.getPrefixMatch()) + ".*";
      case SUFFIX_MATCH -> ".*" + Pattern.quote(matcher.getSuffixMatch());
      case CONTAINS_MATCH -> ".*" + Pattern.quote(matcher.getContainsMatch()) + ".*";
      case STRING_MATCH -> regex(matcher.getName(), matcher.getStringMatch());
      case PRESENT_MATCH -> {
        if (!matcher.getPresentMatch()) {
          throw unsupported(matcher.getName(), "present_match: false");
        }
        yield null;
      }
      case HEADERMATCHSPECIFIER_NOT_SET -> null;
    };
  }

  private static String regex(String name, StringMatcher matcher) throws InvalidPolicyException {
    return switch (matcher.getMatchPatternCase()) {
      case EXACT -> Pattern.quote(matcher.getExact());
      case SAFE_REGEX -> matcher.getSafeRegex().getRegex();
      case PREFIX -> Pattern.quote(matcher.getPrefix()) + ".*";
      case SUFFIX -> ".*" + Pattern.quote(matcher.getSuffix());
      case CONTAINS -> ".*" + Pattern.quote(matcher.getContains()) + ".*";
      case MATCHPATTERN_NOT_SET -> throw unsupported(name, "a string_match without a pattern");
    };
  }

  private static TextPattern pattern(String name, String regex, Map<String, TextPattern> known)
      throws InvalidPolicyException {
    TextPattern same = known.get(regex);
    if (same != null) {
      return same;
    }
    if (regex.length() > MAX_PATTERN) {
      throw new InvalidPolicyException(
          name + ": a pattern of " + regex.length() + " characters (expected: <= 16384)");
    }
    try {
      Pattern compiled = Pattern.compile(regex);
      Set<Literals.Literal> literals = Literals.of(regex);
      if (literals == null && compiled.programSize() > MAX_PROGRAM) {
        throw new InvalidPolicyException(
            name
                + ": the pattern "
                + regex
                + " compiles to "
                + compiled.programSize()
                + " steps (expected: <= 2000)");
      }
      TextPattern pattern = new TextPattern(compiled, literals, regex);
      known.put(regex, pattern);
      return pattern;
    } catch (PatternSyntaxException e) {
      throw new InvalidPolicyException(
          name + ": \"" + regex + "\" is no RE2 pattern: " + e.getDescription());
    }
  }

  private static InvalidPolicyException unsupported(String name, String what) {
    return new InvalidPolicyException(
        "headers["
            + name
            + "]: "
            + what
            + " can't be enforced (expected: exact, regex, prefix, suffix, contains or present)");
  }
}
