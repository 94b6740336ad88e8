package io.sluice.bench.match;

import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.DnsNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.dns.match.DnsName;
import io.sluice.dns.match.DnsRequest;
import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.List;
import java.util.Random;
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

/** Looks names up among patterns of every kind; the names are other ones each time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NameBenchmark {
  /** How many patterns there are. */
  @Param({"10", "100000"})
  public int patterns;

  /** How many names are asked for in turn, a power of two: those of many are in no cache. */
  @Param({"1024", "16384"})
  public int names;

  /** The kind of all patterns, or a mix of them. */
  @Param({"name", "*.", "**.", "pre*", "*fix", "mix"})
  public String kind = "";

  @SuppressWarnings("NullAway.Init") // by compile()
  private RuleMatcher<DnsRequest> matcher;

  private DnsRequest[] allowed = {};
  private DnsRequest[] denied = {};
  private int next;

  /** Compiles the patterns, and makes names that one of them matches and names that none does. */
  @Setup
  public void compile() throws InvalidPolicyException {
    List<String> kinds = List.of("name", "*.", "**.", "pre*", "*fix");
    DnsNetworkPolicyRules.Builder rules = DnsNetworkPolicyRules.newBuilder();
    for (int i = 0; i < patterns; i++) {
      String of = kind.equals("mix") ? kinds.get(i % kinds.size()) : kind;
      rules.addDnsRules(DnsNetworkPolicyRule.newBuilder().setMatchPattern(pattern(of, i)));
    }
    matcher =
        new DnsRuleCompiler()
            .compile(List.of(PortNetworkPolicyRule.newBuilder().setDnsRules(rules).build()));
    allowed = new DnsRequest[names];
    denied = new DnsRequest[names];
    Random random = new Random(1);
    for (int i = 0; i < names; i++) {
      int rule = random.nextInt(patterns);
      String of = kind.equals("mix") ? kinds.get(rule % kinds.size()) : kind;
      allowed[i] = asking(name(of, rule, "example.com"));
      denied[i] = asking(name(of, rule, "example.org"));
      if (matcher.match(allowed[i]) < 0 || matcher.match(denied[i]) >= 0) {
        throw new IllegalStateException("wrong verdict: " + allowed[i] + " or " + denied[i]);
      }
    }
  }

  private static String pattern(String kind, int i) {
    return switch (kind) {
      case "name" -> "host" + i + ".example.com";
      case "pre*" -> "svc" + i + "x*.eu.example.com";
      case "*fix" -> "*-svc" + i + ".us.example.com";
      default -> kind + "tenant" + i + ".example.com";
    };
  }

  private static String name(String kind, int i, String zone) {
    return switch (kind) {
      case "name" -> "host" + i + "." + zone;
      case "*." -> "www.tenant" + i + "." + zone;
      case "**." -> "a.b.tenant" + i + "." + zone;
      case "pre*" -> "svc" + i + "x-blue.eu." + zone;
      case "*fix" -> "blue-svc" + i + ".us." + zone;
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static DnsRequest asking(String text) {
    DnsName name = DnsName.of(text);
    if (name == null) {
      throw new IllegalArgumentException(text);
    }
    return new DnsRequest(name, 1);
  }

  /** A name that a pattern matches. */
  @Benchmark
  public int allowed() {
    return matcher.match(allowed[next++ & names - 1]);
  }

  /** A name that none matches, because its zone is another. */
  @Benchmark
  public int denied() {
    return matcher.match(denied[next++ & names - 1]);
  }
}
