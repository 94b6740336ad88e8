package io.sluice.http.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.sluice.cilium.HeaderMatch;
import io.sluice.cilium.HeaderMatch.MatchAction;
import io.sluice.cilium.HeaderMatch.MismatchAction;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.http.codec.DescribedRequest;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.guard.Rejected;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of the policy language's section 5.3, and the order in which rules act. */
class HeaderMatchesTest {
  private static final String NONE = "";

  @ParameterizedTest(name = "{0} {1}, sent [{2}]")
  @CsvSource({
    // mismatch, wanted value, sent values, holds, forwarded values, missing, rejected
    "FAIL,     v, '',    false, '',    '', ''",
    "FAIL,     v, v,     true,  v,     '', ''",
    "FAIL,     v, w,     false, w,     '', ''",
    "FAIL,     v, v|w,   false, v|w,   '', ''",
    "FAIL,     v, V,     false, V,     '', ''",
    "FAIL,     v, vv,    false, vv,    '', ''",
    "FAIL,    '', '',    false, '',    '', ''",
    "FAIL,    '', w,     true,  w,     '', ''",
    "CONTINUE, v, '',    true,  '',    v,  ''",
    "CONTINUE, v, v,     true,  v,     '', ''",
    "CONTINUE, v, w,     true,  w,     v,  ''",
    "CONTINUE, v, v|w,   true,  v|w,   v,  ''",
    "CONTINUE,'', '',    true,  '',    -,  ''",
    "ADD,      v, '',    true,  v,     v,  ''",
    "ADD,      v, v,     true,  v,     '', ''",
    "ADD,      v, w,     true,  w|v,   v,  ''",
    "ADD,      v, v|v,   true,  v|v,   '', ''",
    "ADD,      v, w|v,   true,  w|v|v, v,  ''",
    "DELETE,   v, '',    true,  '',    '', ''",
    "DELETE,   v, v,     true,  v,     '', ''",
    "DELETE,   v, w,     true,  '',    '', w",
    "DELETE,   v, v|w,   true,  '',    '', v|w",
    "DELETE,  '', '',    true,  '',    '', ''",
    "DELETE,  '', w,     true,  w,     '', ''",
    "REPLACE,  v, '',    true,  v,     v,  ''",
    "REPLACE,  v, v,     true,  v,     '', ''",
    "REPLACE,  v, w,     true,  v,     v,  w",
    "REPLACE,  v, w|x,   true,  v,     v,  w|x"
  })
  void doesWhatTheTableSays(
      String mismatch,
      String value,
      String sent,
      boolean holds,
      String forwarded,
      String missing,
      String rejected)
      throws Exception {
    RuleMatcher<RequestHead> matcher = compile(rule("/.*", match("X-H", value, mismatch)));
    RequestHead head = get("/a", "x-h", sent, "x-other", "kept");
    RequestHead after = matcher.forwarded(head);
    assertThat(matcher.match(head)).isEqualTo(holds ? 0 : RuleMatcher.NONE);
    assertThat(values(after, "x-h")).isEqualTo(forwarded);
    assertThat(values(after, "x-other")).isEqualTo("kept");
    assertThat(after.url()).isEqualTo("http://h/a");
    List<String> noted = new ArrayList<>();
    after.missingHeaders((name, one) -> noted.add(one.isEmpty() ? "-" : one));
    assertThat(String.join("|", noted)).isEqualTo(missing);
    noted.clear();
    after.rejectedHeaders((name, one) -> noted.add(one));
    assertThat(String.join("|", noted)).isEqualTo(rejected);
    assertThat(values(head, "x-h")).as("the request itself").isEqualTo(sent);
  }

  @Test
  void actsInEveryRuleWhosePlainFieldsMatchEvenIfItIsDenied() throws Exception {
    RuleMatcher<RequestHead> matcher =
        compile(
            rule("/a", match("X-A", "1", "ADD"), match("X-Token", "t", "FAIL")),
            rule("/b", match("X-B", "1", "ADD")),
            rule("/a.*", match("X-C", "1", "ADD"), match("X-Token", "t", "FAIL")),
            rule("/a", header("X-Gate", "g"), match("X-D", "1", "ADD")));
    RequestHead denied = get("/a");
    assertThat(matcher.match(denied)).isEqualTo(RuleMatcher.NONE);
    assertThat(fields(matcher.forwarded(denied))).containsExactly("Host: h", "X-A: 1", "X-C: 1");
    RequestHead allowed = get("/a", "x-gate", "g");
    assertThat(matcher.match(allowed)).isEqualTo(3);
    assertThat(fields(matcher.forwarded(allowed)))
        .containsExactly("Host: h", "x-gate: g", "X-A: 1", "X-C: 1", "X-D: 1");
  }

  @Test
  void laterActionsSeeWhatEarlierOnesLeft() throws Exception {
    RuleMatcher<RequestHead> matcher =
        compile(
            rule("/.*", match("X-H", "a", "DELETE")),
            rule("/.*", match("x-h", "b", "ADD"), match("X-H", "b", "ADD")),
            rule("/.*", match("X-H", "c", "REPLACE")),
            rule("/.*", match("X-H", "c", "CONTINUE")));
    RequestHead after = matcher.forwarded(get("/", "x-h", "w"));
    assertThat(values(after, "x-h")).isEqualTo("c");
    List<String> noted = new ArrayList<>();
    after.missingHeaders((name, value) -> noted.add(name + "=" + value));
    after.rejectedHeaders((name, value) -> noted.add("not " + name + "=" + value));
    assertThat(noted).containsExactly("x-h=b", "X-H=c", "not X-H=w");
  }

  @Test
  void nobodyIsLetInByWhatTheProxyWrites() throws Exception {
    RuleMatcher<RequestHead> matcher =
        compile(
            rule("/.*", match("X-Role", "admin", "ADD"), match("X-Token", "t", "FAIL")),
            rule("/.*", header("X-Role", "admin")));
    assertThat(matcher.match(get("/"))).isEqualTo(RuleMatcher.NONE);
  }

  @Test
  void pathParametersKeepRulesFromActingThatMatchOnlyWithThem() throws Exception {
    RuleMatcher<RequestHead> matcher =
        compile(rule("/a;.*", match("X-A", "1", "ADD")), rule("/[ab].*", match("X-B", "1", "ADD")));
    assertThat(fields(matcher.forwarded(get("/a;x=1")))).containsExactly("Host: h", "X-B: 1");
  }

  @Test
  void aSecretWithoutValueNeverMatches() throws Exception {
    for (MismatchAction mismatch : MismatchAction.values()) {
      if (mismatch == MismatchAction.UNRECOGNIZED) {
        continue;
      }
      HeaderMatch.Builder match =
          HeaderMatch.newBuilder()
              .setName("X-Token")
              .setValueSdsSecret("prod/token")
              .setMismatchAction(mismatch);
      RuleMatcher<RequestHead> matcher = compile(rule("/.*", match, match("X-B", "1", "ADD")));
      RequestHead head = get("/", "x-token", "guess");
      assertThat(matcher.match(head)).isEqualTo(RuleMatcher.NONE);
      assertThat(values(matcher.forwarded(head), "x-token")).isEqualTo("guess");
      assertThat(values(matcher.forwarded(head), "x-b")).isEqualTo("1");
      NearestMiss miss = matcher.nearest(head, 1).getFirst();
      assertThat(miss.field()).isEqualTo("headerMatches");
      assertThat(miss.why()).contains("prod/token").doesNotContain("guess");
    }
  }

  @Test
  void recordsShowNoSecret() throws Exception {
    HeaderMatch.Builder match = match("X-Token", "s3cret", "REPLACE").setValueSdsSecret("prod/t");
    RuleMatcher<RequestHead> matcher = compile(rule("/.*", match));
    for (String sent : List.of("guess", "s3cret")) {
      RequestHead after = matcher.forwarded(get("/", "x-token", sent));
      List<String> shown = new ArrayList<>();
      after.headers((name, value) -> shown.add(value));
      after.missingHeaders((name, value) -> shown.add(value));
      after.rejectedHeaders((name, value) -> shown.add(value));
      assertThat(shown).contains("<redacted>").doesNotContain("s3cret", "guess");
      assertThat(values(after, "x-token")).isEqualTo("s3cret");
    }
  }

  @Test
  void aHeaderThatIsAsWantedChangesNothing() throws Exception {
    RuleMatcher<RequestHead> matcher = compile(rule("/.*", match("X-H", "v", "REPLACE")));
    RequestHead head = get("/", "x-h", "v");
    assertThat(matcher.forwarded(head)).isSameAs(head);
  }

  @Test
  void refusesByNameWhatItCouldNotEnforce() {
    refused(match("", "v", "FAIL"), "headers.name");
    refused(match("a b", "v", "FAIL"), "a b");
    refused(match("X-H", "v\r\nx: y", "ADD"), "control character");
    refused(match("X-H", "v", "FAIL").setMatchAction(MatchAction.DELETE_ON_MATCH), "match_action");
    refused(match("X-H", "v", "FAIL").setMismatchActionValue(9), "mismatch_action");
    for (String name : List.of("Host", "content-length", "Transfer-Encoding", "te", "a_b")) {
      for (String mismatch : List.of("ADD", "DELETE", "REPLACE")) {
        refused(match(name, "v", mismatch), "header_matches[" + name + "]");
      }
    }
  }

  private static void refused(HeaderMatch.Builder match, String named) {
    assertThatThrownBy(() -> compile(rule("/.*", match)))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(named);
  }

  private static HeaderMatch.Builder match(String name, String value, String mismatch) {
    return HeaderMatch.newBuilder()
        .setName(name)
        .setValue(value)
        .setMismatchAction(MismatchAction.valueOf(mismatch + "_ON_MISMATCH"));
  }

  private static HeaderMatcher.Builder header(String name, String value) {
    return HeaderMatcher.newBuilder().setName(name).setExactMatch(value);
  }

  private static HttpNetworkPolicyRule rule(String path, HeaderMatch.Builder... matches) {
    return rule(path, null, matches);
  }

  private static HttpNetworkPolicyRule rule(
      String path, HeaderMatcher.Builder gate, HeaderMatch.Builder... matches) {
    HttpNetworkPolicyRule.Builder rule =
        HttpNetworkPolicyRule.newBuilder()
            .addHeaders(
                HeaderMatcher.newBuilder()
                    .setName(":path")
                    .setSafeRegexMatch(RegexMatcher.newBuilder().setRegex(path)));
    if (gate != null) {
      rule.addHeaders(gate);
    }
    for (HeaderMatch.Builder match : matches) {
      rule.addHeaderMatches(match);
    }
    return rule.build();
  }

  private static RuleMatcher<RequestHead> compile(HttpNetworkPolicyRule... rules)
      throws InvalidPolicyException {
    return new HttpRuleCompiler()
        .compile(
            List.of(
                PortNetworkPolicyRule.newBuilder()
                    .setHttpRules(
                        HttpNetworkPolicyRules.newBuilder().addAllHttpRules(List.of(rules)))
                    .build()));
  }

  /** A request with headers, each a name and its values divided by bars. */
  private static RequestHead get(String path, String... headers) throws Rejected {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      fields.put(
          headers[i],
          headers[i + 1].equals(NONE) ? List.of() : List.of(headers[i + 1].split("\\|")));
    }
    return new DescribedRequest("GET", path, "h", fields).overHttp1();
  }

  private static List<String> fields(RequestHead head) {
    List<String> lines = new ArrayList<>();
    head.lines((name, value) -> lines.add(name + ": " + value));
    return lines;
  }

  private static String values(RequestHead head, String name) {
    List<String> values = new ArrayList<>();
    head.lines(
        (field, value) -> {
          if (field.equalsIgnoreCase(name)) {
            values.add(value);
          }
        });
    return String.join("|", values);
  }
}
