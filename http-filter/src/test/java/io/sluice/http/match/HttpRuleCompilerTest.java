package io.sluice.http.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.management.ThreadMXBean;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.netty.buffer.Unpooled;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.codec.RequestParser;
import io.sluice.http.guard.Rejected;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.v1.RuleOrigin;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules match what they say, the index what its rules match, and nothing is enforced by halves. */
class HttpRuleCompilerTest {
  private static final HttpRuleCompiler COMPILER = new HttpRuleCompiler();

  /** Patterns of a rule; empty for none. */
  record Patterns(String path, String method, String host, String header) {}

  @Provide
  Arbitrary<List<Patterns>> rules() {
    Arbitrary<Patterns> rule =
        Combinators.combine(
                Arbitraries.of("", "/a", "/a/.*", "/a.*", "/a|/b", "/[ab]", "/a/b.*", ".*b", "/.*"),
                Arbitraries.of("", "GET", "GET|POST", "P.*", "[A-Z]+"),
                Arbitraries.of("", "h", "h|g", ".*", "g.*", "[gh]"),
                Arbitraries.of("", "x", "x.*", "[xy]"))
            .as(Patterns::new);
    return rule.list().ofMinSize(1).ofMaxSize(8);
  }

  @Provide
  Arbitrary<String> requests() {
    return Combinators.combine(
            Arbitraries.of("GET", "POST", "PUT"),
            Arbitraries.of("/", "/a", "/b", "/a/", "/a/b", "/ab", "/a/bc", "/c", "/c/b", "/a?b"),
            Arbitraries.of("h", "g", "gg"),
            Arbitraries.of("", "x-h: x\r\n", "x-h: y\r\nX-H: x\r\n", "x-h: xx\r\n"))
        .as((m, p, h, f) -> m + " " + p + " HTTP/1.1\r\nhost: " + h + "\r\n" + f + "\r\n");
  }

  @Property(tries = 20_000, seed = "5")
  void indexFindsWhatItsRulesMatch(
      @ForAll("rules") List<Patterns> rules, @ForAll("requests") String request) throws Exception {
    RequestHead head = parse(request);
    RuleMatcher<RequestHead> all = compile(rules.stream().map(this::rule).toList());
    List<Integer> alone = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (holds(rules.get(i), head)) {
        alone.add(i);
      }
    }
    int found = all.match(head);
    if (alone.isEmpty()) {
      assertThat(found).isEqualTo(RuleMatcher.NONE);
    } else {
      assertThat(alone).contains(found);
    }
  }

  /** The rule evaluated by its words: every pattern against its text, by java.util.regex. */
  private static boolean holds(Patterns rule, RequestHead head) {
    List<String> values = new ArrayList<>();
    List<String> host = new ArrayList<>();
    head.headers(
        (name, value) -> {
          if (name.equalsIgnoreCase("x-h")) {
            values.add(value);
          } else if (name.equals("host")) {
            host.add(value);
          }
        });
    String path = head.url().substring(("http://" + host.getFirst()).length());
    return (rule.path().isEmpty() || path.matches(rule.path()))
        && (rule.method().isEmpty() || head.method().matches(rule.method()))
        && (rule.host().isEmpty() || host.getFirst().matches(rule.host()))
        && (rule.header().isEmpty()
            || (!values.isEmpty() && values.stream().allMatch(v -> v.matches(rule.header()))));
  }

  private HttpNetworkPolicyRule rule(Patterns patterns) {
    HttpNetworkPolicyRule.Builder rule = HttpNetworkPolicyRule.newBuilder();
    add(rule, ":path", patterns.path());
    add(rule, ":method", patterns.method());
    add(rule, ":authority", patterns.host());
    add(rule, "X-H", patterns.header());
    return rule.build();
  }

  private static void add(HttpNetworkPolicyRule.Builder rule, String name, String pattern) {
    if (!pattern.isEmpty()) {
      rule.addHeaders(regex(name, pattern));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "exact,  abc, abc,  true",
    "exact,  abc, abcd, false",
    "exact,  a.c, abc,  false",
    "prefix, a.c, a.cd, true",
    "prefix, a.c, abcd, false",
    "suffix, c.d, bc.d, true",
    "suffix, c.d, c.de, false",
    "contains, b, abc,  true",
    "contains, b, acd,  false",
    "regex,  a.c, abc,  true",
    "regex,  a,   ab,   false"
  })
  void comparesAsTheMatcherSays(String kind, String pattern, String value, boolean matches)
      throws Exception {
    for (String name : List.of("x-h", ":path")) {
      String lead = name.equals(":path") ? "/" : "";
      String wanted = kind.equals("suffix") || kind.equals("contains") ? pattern : lead + pattern;
      HeaderMatcher.Builder matcher = HeaderMatcher.newBuilder().setName(name);
      HeaderMatcher.Builder nested = HeaderMatcher.newBuilder().setName(name);
      StringMatcher.Builder string = StringMatcher.newBuilder();
      switch (kind) {
        case "exact" -> {
          matcher.setExactMatch(wanted);
          string.setExact(wanted);
        }
        case "prefix" -> {
          matcher.setPrefixMatch(wanted);
          string.setPrefix(wanted);
        }
        case "suffix" -> {
          matcher.setSuffixMatch(wanted);
          string.setSuffix(wanted);
        }
        case "contains" -> {
          matcher.setContainsMatch(wanted);
          string.setContains(wanted);
        }
        default -> {
          matcher.setSafeRegexMatch(RegexMatcher.newBuilder().setRegex(wanted));
          string.setSafeRegex(RegexMatcher.newBuilder().setRegex(wanted));
        }
      }
      RequestHead head =
          parse("GET /" + value + " HTTP/1.1\r\nhost: h\r\nx-h: " + value + "\r\n\r\n");
      for (HeaderMatcher.Builder one : List.of(matcher, nested.setStringMatch(string))) {
        boolean matched =
            compile(List.of(HttpNetworkPolicyRule.newBuilder().addHeaders(one).build())).match(head)
                == 0;
        assertThat(matched).as("%s on %s", kind, name).isEqualTo(matches);
      }
    }
  }

  @Test
  void refusesByNameWhatItCouldNotEnforce() {
    refused(HeaderMatcher.newBuilder().setName("x").setInvertMatch(true), "invert_match");
    refused(
        HeaderMatcher.newBuilder().setName("x").setTreatMissingHeaderAsEmpty(true),
        "treat_missing_header_as_empty");
    refused(HeaderMatcher.newBuilder().setName("x").setPresentMatch(false), "present_match: false");
    refused(
        HeaderMatcher.newBuilder()
            .setName("x")
            .setStringMatch(StringMatcher.newBuilder().setExact("y").setIgnoreCase(true)),
        "ignore_case");
    refused(HeaderMatcher.newBuilder().setName(":scheme").setExactMatch("http"), ":scheme");
    refused(HeaderMatcher.newBuilder().setName("").setExactMatch("x"), "headers.name");
    refused(regex("x", "("), "no RE2 pattern");
    refused(regex(":path", "(?=a)"), "no RE2 pattern");
    refused(regex(":path", "a".repeat(20_000)), "20000 characters");
    refused(regex(":path", "([a-z]{100}){20}"), "steps");
    assertThatThrownBy(() -> compile(List.of()))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("at least one rule");
  }

  private static void refused(HeaderMatcher.Builder matcher, String named) {
    assertThatThrownBy(
            () -> compile(List.of(HttpNetworkPolicyRule.newBuilder().addHeaders(matcher).build())))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(named);
  }

  @Test
  void aValueThatIsNoTextMatchesNoPattern() throws Exception {
    RuleMatcher<RequestHead> any =
        compile(List.of(HttpNetworkPolicyRule.newBuilder().addHeaders(regex("x-h", ".*")).build()));
    assertThat(any.match(parse("GET / HTTP/1.1\r\nhost: h\r\nx-h: \u00ff\r\n\r\n")))
        .isEqualTo(RuleMatcher.NONE);
    assertThat(any.match(parse("GET / HTTP/1.1\r\nhost: h\r\nx-h: \u00c3\u00a9\r\n\r\n"))).isZero();
  }

  @Test
  void aMissNamesTheFirstFieldThatFails() throws Exception {
    HttpNetworkPolicyRule rule =
        HttpNetworkPolicyRule.newBuilder()
            .addHeaders(HeaderMatcher.newBuilder().setName("X-Secret").setExactMatch("s3cret"))
            .addHeaders(regex(":path", "/api/.*"))
            .addHeaders(regex(":method", "GET"))
            .setOrigin(RuleOrigin.newBuilder().setNamespace("n").setName("p").setRule("r"))
            .build();
    RuleMatcher<RequestHead> matcher = compile(List.of(rule));
    assertMiss(matcher, "PUT /x HTTP/1.1\r\nhost: h\r\n\r\n", "method", "is PUT", "GET");
    assertMiss(matcher, "GET /x HTTP/1.1\r\nhost: h\r\n\r\n", "path", "is /x", "/api/.*");
    assertMiss(
        matcher,
        "GET /api/x HTTP/1.1\r\nhost: h\r\n\r\n",
        "headers",
        "X-Secret is absent",
        "(matched: method, path)");
    NearestMiss wrong =
        nearest(matcher, parse("GET /api/x HTTP/1.1\r\nhost: h\r\nx-secret: guess\r\n\r\n"));
    assertThat(wrong.why()).doesNotContain("s3cret").doesNotContain("guess");
    assertThat(wrong.origin().policy()).isEqualTo("n/p");
    String longPath = "/" + "x".repeat(5000);
    assertThat(nearest(matcher, parse("GET " + longPath + " HTTP/1.1\r\nhost: h\r\n\r\n")).why())
        .hasSizeLessThan(200);
  }

  @Test
  void aTextThatTakesTooLongToMatchDoesNotMatch() throws Exception {
    RuleMatcher<RequestHead> matcher =
        compile(List.of(rule(new Patterns("/(?:.*a){200}", "", "", ""))));
    assertThat(matcher.match(parse("GET /" + "a".repeat(500) + " HTTP/1.1\r\nhost: h\r\n\r\n")))
        .isZero();
    RequestHead tooLong = parse("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\nhost: h\r\n\r\n");
    assertThat(matcher.match(tooLong)).isEqualTo(RuleMatcher.NONE);
    assertThat(nearest(matcher, tooLong).why()).startsWith("has 5001 bytes, too many");
  }

  @Test
  void theNearestMissesComeFirst() throws Exception {
    RuleMatcher<RequestHead> matcher =
        compile(
            List.of(
                rule(new Patterns("/api/v1/data.*", "GET", "", "")),
                rule(new Patterns("/api/v1/upload", "POST", "", "")),
                rule(new Patterns("/public/.*", "GET", "", ""))));
    assertThat(matcher.nearest(parse("GET /public HTTP/1.1\r\nhost: h\r\n\r\n"), 2))
        .extracting(NearestMiss::why)
        .satisfiesExactly(
            first -> assertThat(first).contains("/public/.*"),
            second -> assertThat(second).contains("/api/v1/data.*"));
    assertThat(matcher.nearest(parse("DELETE /api/v1/upload HTTP/1.1\r\nhost: h\r\n\r\n"), 1))
        .extracting(NearestMiss::field, NearestMiss::why)
        .containsExactly(tuple("method", "is DELETE, the rule wants POST (matched: path)"));
  }

  private static void assertMiss(
      RuleMatcher<RequestHead> matcher, String request, String field, String... parts)
      throws Rejected {
    NearestMiss miss = nearest(matcher, parse(request));
    assertThat(miss.field()).isEqualTo(field);
    assertThat(miss.why()).contains(parts);
  }

  @Test
  void aThousandRulesAllocateNothing() throws Exception {
    List<HttpNetworkPolicyRule> rules = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      rules.add(rule(new Patterns("/api/v" + i + "/.*", "GET|POST", "h" + i % 7, "")));
    }
    RuleMatcher<RequestHead> matcher = compile(rules);
    RequestHead hit = parse("GET /api/v777/x HTTP/1.1\r\nhost: h0\r\n\r\n");
    RequestHead miss = parse("GET /api/v777x HTTP/1.1\r\nhost: h0\r\n\r\n");
    assertThat(matcher.match(hit)).isEqualTo(777);
    assertThat(matcher.match(miss)).isEqualTo(RuleMatcher.NONE);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().threadId();
    long before = threads.getThreadAllocatedBytes(id);
    int found = 0;
    for (int i = 0; i < 10_000; i++) {
      found += matcher.match(hit) + matcher.match(miss);
    }
    long allocated = threads.getThreadAllocatedBytes(id) - before;
    assertThat(found).isEqualTo(10_000 * 776);
    assertThat(allocated).isLessThan(10_000);
  }

  @Test
  void alternationsDoNotMultiply() throws Exception {
    String many = "(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b|c|d)";
    List<HttpNetworkPolicyRule> rules = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rules.add(rule(new Patterns("/" + many, many + i, many + "\\.h", "")));
    }
    assertThat(compile(rules).match(parse("abcda7 /ddddd HTTP/1.1\r\nhost: aaaaa.h\r\n\r\n")))
        .isEqualTo(7);
  }

  private static HeaderMatcher.Builder regex(String name, String pattern) {
    return HeaderMatcher.newBuilder()
        .setName(name)
        .setSafeRegexMatch(RegexMatcher.newBuilder().setRegex(pattern));
  }

  private static RuleMatcher<RequestHead> compile(List<HttpNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    return COMPILER.compile(
        List.of(
            PortNetworkPolicyRule.newBuilder()
                .setHttpRules(HttpNetworkPolicyRules.newBuilder().addAllHttpRules(rules))
                .build()));
  }

  private static RequestHead parse(String request) throws Rejected {
    RequestHead head =
        new RequestParser(16 * 1024, 64 * 1024, 200)
            .read(Unpooled.wrappedBuffer(request.getBytes(StandardCharsets.ISO_8859_1)));
    assertThat(head).isNotNull();
    return head;
  }

  private static NearestMiss nearest(RuleMatcher<RequestHead> matcher, RequestHead request) {
    return matcher.nearest(request, 1).getFirst();
  }
}
