package io.sluice.dns.match;

import static io.sluice.dns.match.Rules.asking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.DnsNetworkPolicyRules;
import io.sluice.cilium.DnsNetworkPolicyRules.Reject;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RefusedAs;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules become what they say, misses are explained, and cost has bounds. */
class DnsRuleCompilerTest {

  @Test
  void eitherOfNameAndPatternAllows() throws Exception {
    RuleMatcher<DnsRequest> rules =
        Rules.compile(
            List.of(
                DnsNetworkPolicyRule.newBuilder()
                    .setMatchName("Example.com")
                    .setMatchPattern("*.example.org")
                    .build()));
    assertThat(rules.match(asking("example.com"))).isNotNegative();
    assertThat(rules.match(asking("a.example.org"))).isNotNegative();
    assertThat(rules.match(asking("a.example.com"))).isNegative();
    assertThat(rules.origins()).hasSize(2);
  }

  @Test
  void refusesByNameWhatItCouldNotEnforce() {
    refused(DnsNetworkPolicyRule.getDefaultInstance(), "none (expected: one of them)");
    refused(DnsNetworkPolicyRule.newBuilder().setMatchName("*.a").build(), "match_name");
    refused(DnsNetworkPolicyRule.newBuilder().setMatchPattern("a/b").build(), "match_pattern");
    assertThatThrownBy(() -> Rules.compile(List.of()))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("at least one rule");
  }

  private static void refused(DnsNetworkPolicyRule rule, String named) {
    assertThatThrownBy(() -> Rules.compile(List.of(rule)))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource({
    "CONFIGURED, CONFIGURED, CONFIGURED",
    "CONFIGURED, REFUSED, FORBIDDEN",
    "NXDOMAIN, CONFIGURED, ABSENT",
    "REFUSED, NXDOMAIN, ABSENT",
    "NXDOMAIN, REFUSED, ABSENT",
  })
  void ofRulesThatDifferInHowTheyRefuseTheStrongestCounts(
      Reject one, Reject other, RefusedAs refusedAs) throws Exception {
    assertThat(new DnsRuleCompiler().compile(List.of(refusing(one), refusing(other))).refusedAs())
        .isEqualTo(refusedAs);
  }

  private static PortNetworkPolicyRule refusing(Reject reject) {
    return PortNetworkPolicyRule.newBuilder()
        .setDnsRules(
            DnsNetworkPolicyRules.newBuilder()
                .addDnsRules(DnsNetworkPolicyRule.newBuilder().setMatchName("a"))
                .setReject(reject))
        .build();
  }

  @Test
  void anUnknownWayOfRefusingIsRefused() {
    DnsNetworkPolicyRules rules =
        DnsNetworkPolicyRules.newBuilder()
            .addDnsRules(DnsNetworkPolicyRule.newBuilder().setMatchName("a"))
            .setRejectValue(9)
            .build();
    assertThatThrownBy(
            () ->
                new DnsRuleCompiler()
                    .compile(
                        List.of(PortNetworkPolicyRule.newBuilder().setDnsRules(rules).build())))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("reject is 9");
  }

  @Test
  void knowsItsOwnRules() {
    PortNetworkPolicyRule.Builder rule = PortNetworkPolicyRule.newBuilder();
    assertThat(new DnsRuleCompiler().compiles(rule.build())).isFalse();
    rule.getDnsRulesBuilder();
    assertThat(new DnsRuleCompiler().compiles(rule.build())).isTrue();
  }

  @Test
  void theNearestMissesAreThoseThatEndAlike() throws Exception {
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      patterns.add("host" + i + ".other" + i % 7 + ".net");
    }
    patterns.add("*.example.org");
    patterns.add("www.example.com");
    patterns.add("**.api.example.com");
    RuleMatcher<DnsRequest> rules = Rules.patterns(patterns);
    assertThat(rules.nearest(asking("ftp.example.com"), 2))
        .containsExactly(
            new NearestMiss(
                rules.origins().get(501),
                "matchPattern",
                "is ftp.example.com., the rule wants www.example.com"),
            new NearestMiss(
                rules.origins().get(502),
                "matchPattern",
                "is ftp.example.com., the rule wants **.api.example.com"));
    assertThat(rules.nearest(asking("."), 5)).hasSize(5);
    assertThat(Rules.patterns(List.of("a")).nearest(asking("b"), 5)).hasSize(1);
  }

  @Test
  void findsWithoutAllocating() throws Exception {
    RuleMatcher<DnsRequest> rules =
        Rules.patterns(List.of("www.example.com", "*.example.com", "**.example.org"));
    DnsRequest[] asked = {
      asking("www.example.com"), asking("x.example.com"), asking("a.b.example.org"), asking("no")
    };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int sum = 0;
    long before = 0;
    for (int round = 0; round < 20_000; round++) {
      if (round == 10_000) {
        before = threads.getCurrentThreadAllocatedBytes();
      }
      for (DnsRequest one : asked) {
        sum += rules.match(one);
      }
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(sum).isEqualTo(20_000 * 2);
    assertThat(allocated).isLessThan(10_000);
  }
}
