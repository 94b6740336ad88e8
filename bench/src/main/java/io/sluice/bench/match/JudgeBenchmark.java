package io.sluice.bench.match;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.codec.RequestParser;
import io.sluice.http.guard.Rejected;
import io.sluice.http.match.HttpRuleCompiler;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Looks a request up among the rules, and parses and looks it up, as the proxy does for each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JudgeBenchmark {
  private static final int LINE_LIMIT = 16 * 1024;
  private static final int HEADER_LIMIT = 64 * 1024;
  private static final int FIELD_LIMIT = 200;
  private static final String REQUEST =
      """
      GET /api/v1/data HTTP/1.1
      Host: 10.0.0.11
      User-Agent: bench
      Accept: */*

      """
          .replace("\n", "\r\n");

  /** How many rules there are; the one that allows the request is last. */
  @Param({"1", "1000"})
  public int rules;

  private final ByteBuf bytes = Unpooled.copiedBuffer(REQUEST, StandardCharsets.US_ASCII);
  private final RequestParser parser = new RequestParser(LINE_LIMIT, HEADER_LIMIT, FIELD_LIMIT);

  @SuppressWarnings("NullAway.Init") // by compile()
  private RuleMatcher<RequestHead> matcher;

  @SuppressWarnings("NullAway.Init") // by compile()
  private RequestHead head;

  /** Compiles the rules and parses the request. */
  @Setup
  public void compile() throws InvalidPolicyException, Rejected {
    HttpNetworkPolicyRules.Builder http = HttpNetworkPolicyRules.newBuilder();
    for (int other = 1; other < rules; other++) {
      http.addHttpRules(rule("/service-" + other + "/v1/.*"));
    }
    http.addHttpRules(rule("/api/v1/data.*"));
    matcher =
        new HttpRuleCompiler()
            .compile(List.of(PortNetworkPolicyRule.newBuilder().setHttpRules(http).build()));
    head = parse();
    if (matcher.match(head) != rules - 1) {
      throw new IllegalStateException("the last rule does not allow the request");
    }
  }

  /** The lookup alone. */
  @Benchmark
  public int match() {
    return matcher.match(head);
  }

  /** All that happens between a request's bytes and its verdict. */
  @Benchmark
  public int parseAndMatch() throws Rejected {
    return matcher.match(parse());
  }

  private RequestHead parse() throws Rejected {
    RequestHead parsed = parser.read(bytes.readerIndex(0));
    if (parsed == null) {
      throw new IllegalStateException("the request is not whole");
    }
    return parsed;
  }

  private static HttpNetworkPolicyRule rule(String path) {
    return HttpNetworkPolicyRule.newBuilder()
        .addHeaders(matcher(":method", "GET"))
        .addHeaders(matcher(":path", path))
        .build();
  }

  private static HeaderMatcher matcher(String name, String regex) {
    return HeaderMatcher.newBuilder()
        .setName(name)
        .setSafeRegexMatch(RegexMatcher.newBuilder().setRegex(regex))
        .build();
  }
}
