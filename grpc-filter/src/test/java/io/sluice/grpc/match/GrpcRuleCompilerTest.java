package io.sluice.grpc.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.sluice.cilium.GrpcNetworkPolicyRule;
import io.sluice.cilium.GrpcNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.grpc.match.GrpcCall.Field;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.v1.RuleOrigin;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Rules match the calls that they name and nothing that is no call. */
class GrpcRuleCompilerTest {

  private static RuleMatcher<GrpcRequest> compile(GrpcNetworkPolicyRule... rules)
      throws InvalidPolicyException {
    return new GrpcRuleCompiler()
        .compile(
            List.of(
                PortNetworkPolicyRule.newBuilder()
                    .setGrpcRules(
                        GrpcNetworkPolicyRules.newBuilder().addAllGrpcRules(Arrays.asList(rules)))
                    .build()));
  }

  private static GrpcNetworkPolicyRule rule(String service, String method) {
    return GrpcNetworkPolicyRule.newBuilder().setService(service).setMethod(method).build();
  }

  private static GrpcNetworkPolicyRule rule(HeaderMatcher.Builder header) {
    return GrpcNetworkPolicyRule.newBuilder().addHeaders(header).build();
  }

  @ParameterizedTest
  @CsvSource({
    "'',        '',     p.Doors, Open,   true",
    "p.Doors,   Open,   p.Doors, Open,   true",
    "p.Doors,   Open,   p.Doors, open,   false",
    "p.Doors,   Open,   p.Doors, OpenAll, false",
    "p.Doors,   Open,   p.DoorsX, Open,  false",
    "p.Doors,   Open,   pxDoors, Open,   false",
    "p.Doors,   Open,   Doors,   Open,   false",
    "p.Doors,   '',     p.Doors, Close,  true",
    "'',        Open,   q.Gates, Open,   true",
    "'',        Open,   q.Gates, Close,  false",
    "p.*,       '',     p.Doors, Open,   true",
    "p.*,       '',     p.,      Open,   true",
    "p.*,       '',     pp.D,    Open,   false",
    "p.Doors,   Get*,   p.Doors, GetAll, true",
    "p.Doors,   Get*,   p.Doors, Get,    true",
    "p.Doors,   Get*,   p.Doors, Ge,     false",
    "*,         *,      a,       b,      true",
    "p.*,       *,      q.Doors, Open,   false"
  })
  void matchesTheCallsThatItNames(
      String service, String method, String called, String calledMethod, boolean matches)
      throws Exception {
    GrpcCall call = GrpcCall.to(called, calledMethod, List.of());
    RuleMatcher<GrpcRequest> rules = compile(rule("other", "x"), rule(service, method));
    assertThat(rules.match(call)).isEqualTo(matches ? 1 : RuleMatcher.NONE);
    assertThat(rules.matching(call)).isEqualTo(matches ? List.of(1) : List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/p.Doors/Open?x=1",
        "/p.Doors/Open?",
        "/p.Doors/Open#x",
        "/p.Doors/Op%65n",
        "/p%2EDoors/Open",
        "/p.Doors%2FOpen",
        "/p.Doors/../Open",
        "/./Open",
        "/p.Doors/.",
        "/p.Doors/..",
        "/../Open",
        "//p.Doors/Open",
        "/p.Doors//Open",
        "/p.Doors/Open/",
        "/a/p.Doors/Open",
        "/p.Doors",
        "/p.Doors/",
        "//Open",
        "/",
        "",
        "p.Doors/Open",
        "*",
        "http://h/p.Doors/Open",
        "/p.Doors/Open;v=1",
        "/p.Doors\\Open",
        "/p.Doors/Op\u0000en",
        "/p.Doors/Öpen",
        "/p.Doors/Open "
      })
  void aPathThatIsNotServiceAndMethodIsNoCall(String path) throws Exception {
    GrpcCall call =
        new GrpcCall(true, "POST", path, List.of(new Field("content-type", "application/grpc")));
    assertNoCall(call, "path");
  }

  private static void assertNoCall(GrpcCall call, String field) throws Exception {
    RuleMatcher<GrpcRequest> any = compile(rule("", ""), rule("p.Doors", "Open"));
    assertThat(any.match(call)).isNegative();
    assertThat(any.matching(call)).isEmpty();
    assertThat(any.nearest(call, 5)).hasSize(2).extracting(NearestMiss::field).containsOnly(field);
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc,              true",
    "application/grpc+proto,        true",
    "application/grpc+json,         true",
    "application/grpc+,             false",
    "application/grpc+a b,          false",
    "application/grpc-web,          false",
    "application/grpc-web+proto,    false",
    "application/grpc;x=1,          false",
    "'application/grpc, text/html', false",
    "Application/grpc,              false",
    "application/grp,               false",
    "application/json,              false",
    "'',                            false"
  })
  void theContentTypeMakesIt(String type, boolean call) throws Exception {
    GrpcCall sent = new GrpcCall(true, "POST", "/s/m", List.of(new Field("Content-Type", type)));
    assertThat(compile(rule("", "")).match(sent)).isEqualTo(call ? 0 : RuleMatcher.NONE);
    GrpcCall twice =
        new GrpcCall(
            true,
            "POST",
            "/s/m",
            List.of(
                new Field("content-type", "application/grpc"), new Field("content-type", type)));
    assertThat(compile(rule("", "")).match(twice)).isEqualTo(call ? 0 : RuleMatcher.NONE);
  }

  @Test
  void onlyPostOverHttp2IsACall() throws Exception {
    List<Field> fields = List.of(new Field("content-type", "application/grpc"));
    assertThat(compile(rule("", "")).match(new GrpcCall(true, "POST", "/s/m", fields))).isZero();
    assertNoCall(new GrpcCall(false, "POST", "/s/m", fields), "protocol");
    assertNoCall(new GrpcCall(true, "GET", "/s/m", fields), "method");
    assertNoCall(new GrpcCall(true, "post", "/s/m", fields), "method");
    assertNoCall(new GrpcCall(true, "POST", "/s/m", List.of()), "content-type");
  }

  @Test
  void everyLineOfAHeaderMustHaveTheValue() throws Exception {
    RuleMatcher<GrpcRequest> exact =
        compile(rule(HeaderMatcher.newBuilder().setName("X-Token").setExactMatch("s3cret")));
    RuleMatcher<GrpcRequest> nested =
        compile(
            rule(
                HeaderMatcher.newBuilder()
                    .setName("x-token")
                    .setStringMatch(StringMatcher.newBuilder().setExact("s3cret"))));
    for (RuleMatcher<GrpcRequest> rules : List.of(exact, nested)) {
      assertThat(rules.match(with("s3cret"))).isZero();
      assertThat(rules.match(with("s3cret", "s3cret"))).isZero();
      assertThat(rules.match(with("s3cret", "guess"))).isNegative();
      assertThat(rules.match(with("guess", "s3cret"))).isNegative();
      assertThat(rules.match(with("s3cret,s3cret"))).isNegative();
      assertThat(rules.match(with())).isNegative();
    }
    RuleMatcher<GrpcRequest> present = compile(rule(HeaderMatcher.newBuilder().setName("x-token")));
    assertThat(present.match(with("any"))).isZero();
    assertThat(present.match(with())).isNegative();
    RuleMatcher<GrpcRequest> text =
        compile(rule(HeaderMatcher.newBuilder().setName("x-token").setExactMatch("ü")));
    assertThat(text.match(with("\u00c3\u00bc"))).as("as UTF-8").isZero();
    assertThat(text.match(with("\u00fc"))).as("as Latin-1").isNegative();
  }

  private static GrpcCall with(String... tokens) {
    return GrpcCall.to(
        "s", "m", Arrays.stream(tokens).map(token -> new Field("X-TOKEN", token)).toList());
  }

  @Test
  void refusesByNameWhatItCouldNotEnforce() {
    refused(rule("p.*.Doors", ""), "service");
    refused(rule("p.**", ""), "service");
    refused(rule("p[.]Doors", ""), "service");
    refused(rule("", "Get.+"), "method");
    refused(rule("", "a/b"), "method");
    refused(rule("", "a".repeat(1025)), "method: 1025");
    HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName("x");
    refused(rule(header.clone().setPrefixMatch("a")), "headers[x]");
    refused(rule(header.clone().setPresentMatch(false)), "headers[x]");
    refused(rule(header.clone().setExactMatch("a").setInvertMatch(true)), "headers[x]");
    refused(
        rule(header.clone().setExactMatch("a").setTreatMissingHeaderAsEmpty(true)), "headers[x]");
    refused(
        rule(
            header
                .clone()
                .setStringMatch(StringMatcher.newBuilder().setExact("a").setIgnoreCase(true))),
        "headers[x]");
    refused(rule(HeaderMatcher.newBuilder().setName(":path")), "headers.name");
    assertThatThrownBy(() -> compile())
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("at least one rule");
  }

  private static void refused(GrpcNetworkPolicyRule rule, String named) {
    assertThatThrownBy(() -> compile(rule))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(named);
  }

  @Test
  void theNearestMissesComeFirstAndNameTheFieldThatFails() throws Exception {
    GrpcNetworkPolicyRule secret =
        rule("p.Doors", "Open").toBuilder()
            .addHeaders(HeaderMatcher.newBuilder().setName("X-Token").setExactMatch("s3cret"))
            .setOrigin(RuleOrigin.newBuilder().setNamespace("n").setName("p").setRule("r"))
            .build();
    RuleMatcher<GrpcRequest> rules =
        compile(rule("q.Gates", "Open"), rule("p.Doors", "Close"), secret);
    List<NearestMiss> misses =
        rules.nearest(GrpcCall.to("p.Doors", "Open", List.of(new Field("x-token", "guess"))), 2);
    assertThat(misses).extracting(NearestMiss::field).containsExactly("headers", "method");
    assertThat(misses.getFirst().origin().policy()).isEqualTo("n/p");
    assertThat(misses.getFirst().why()).doesNotContain("s3cret").doesNotContain("guess");
    assertThat(misses.getLast().why())
        .isEqualTo("is Open, the rule wants Close (matched: service)");
    assertThat(rules.nearest(GrpcCall.to("p.Window", "x".repeat(5000), List.of()), 1).getFirst())
        .satisfies(
            miss -> {
              assertThat(miss.field()).isEqualTo("service");
              assertThat(miss.why()).isEqualTo("is p.Window, the rule wants p.Doors");
            });
    assertThat(
            rules.nearest(GrpcCall.to("p.Doors", "x".repeat(5000), List.of()), 1).getFirst().why())
        .hasSizeLessThan(200);
  }

  /** Names of a rule; empty for any. */
  record Names(String service, String method) {}

  @Provide
  Arbitrary<List<Names>> rules() {
    Arbitrary<String> names = Arbitraries.of("", "a", "ab", "abc", "b", "a*", "ab*", "b*", "*");
    return Combinators.combine(names, names).as(Names::new).list().ofMinSize(1).ofMaxSize(10);
  }

  @Provide
  Arbitrary<String> calls() {
    return Arbitraries.strings().withChars("abc").ofMinLength(1).ofMaxLength(4);
  }

  @Property(tries = 20_000, seed = "9")
  void theIndexFindsWhatItsRulesMatch(
      @ForAll("rules") List<Names> rules,
      @ForAll("calls") String service,
      @ForAll("calls") String method)
      throws Exception {
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (matches(rules.get(i).service(), service) && matches(rules.get(i).method(), method)) {
        expected.add(i);
      }
    }
    RuleMatcher<GrpcRequest> all =
        compile(
            rules.stream()
                .map(names -> rule(names.service(), names.method()))
                .toArray(GrpcNetworkPolicyRule[]::new));
    GrpcCall call = GrpcCall.to(service, method, List.of());
    assertThat(all.matching(call)).isEqualTo(expected);
    if (expected.isEmpty()) {
      assertThat(all.match(call)).isEqualTo(RuleMatcher.NONE);
      assertThat(all.nearest(call, 5)).isNotEmpty();
    } else {
      assertThat(expected).contains(all.match(call));
    }
  }

  private static boolean matches(String pattern, String name) {
    return pattern.isEmpty() || name.matches(pattern.replace("*", ".*"));
  }

  @Test
  void matchesWithoutAllocating() throws Exception {
    RuleMatcher<GrpcRequest> rules =
        compile(rule("p.Doors", "Open"), rule("p.Gates", "Get*"), rule("q.*", ""));
    GrpcCall[] calls = {
      GrpcCall.to("p.Doors", "Open", List.of()),
      GrpcCall.to("p.Gates", "GetAll", List.of()),
      GrpcCall.to("q.Any", "Thing", List.of())
    };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int sum = 0;
    long before = 0;
    for (int round = 0; round < 20_000; round++) {
      if (round == 10_000) {
        before = threads.getCurrentThreadAllocatedBytes();
      }
      for (GrpcCall call : calls) {
        sum += rules.match(call);
      }
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(sum).isEqualTo(20_000 * 3);
    assertThat(allocated).isLessThan(10_000);
  }
}
