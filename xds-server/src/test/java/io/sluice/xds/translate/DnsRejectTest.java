package io.sluice.xds.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.sluice.cilium.DnsNetworkPolicyRules.Reject;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.xds.crd.Admission;
import io.sluice.xds.resolve.Resolver;
import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.world.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How a policy wants queries refused stays with its own rules, on the whole way to the resource.
 */
class DnsRejectTest {
  private static final String POD =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: app, namespace: prod, annotations: {sluice.io/interface: lxc1}}, spec: {nodeName: n1}, status: {podIP: 10.0.0.1}}
      """;

  private static String policy(String name, String annotations, int port) {
    return """
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata: {name: %s, namespace: prod, annotations: {%s}}
    spec:
      endpointSelector: {}
      egress: [{toPorts: [{ports: [{port: '%d'}], rules: {dns: [{matchName: %s.example}]}}]}]
    """
        .formatted(name, annotations, port, name);
  }

  private static NetworkPolicy resource(String... policies) throws Exception {
    String yaml = POD + "---\n" + String.join("---\n", policies);
    Resolver resolver = new Resolver();
    resolver.update(
        new Admission().admit(FixedWorld.manifests("w.yaml", yaml)).world(),
        Settings.defaults("n1"));
    List<Any> resources = new Resources().policies(resolver.local(new ArrayList<>()));
    assertThat(resources).hasSize(1);
    return resources.getFirst().unpack(NetworkPolicy.class);
  }

  @Test
  void eachRuleSaysWhatItsOwnPolicySays() throws Exception {
    NetworkPolicy resource =
        resource(
            policy("one", "policy.sluice.io/dns-reject: nxdomain", 53),
            policy("two", "policy.sluice.io/dns-reject: refused", 53),
            policy("three", "", 54));
    for (var entries :
        List.of(resource.getEgressPerPortPoliciesList(), resource.getEgressOtherProtocolsList())) {
      assertThat(
              entries.stream()
                  .flatMap(
                      entry ->
                          entry.getRulesList().stream()
                              .map(
                                  rule ->
                                      "%d %s %s"
                                          .formatted(
                                              entry.getPort(),
                                              rule.getOrigin().getName(),
                                              rule.getDnsRules().getReject()))))
          .containsExactlyInAnyOrder("53 one NXDOMAIN", "53 two REFUSED", "54 three CONFIGURED");
    }
  }

  @Test
  void anAuditedPolicySaysItInTheShadowOnly() throws Exception {
    NetworkPolicy resource =
        resource(
            policy("one", "", 53),
            policy(
                "two",
                "policy.sluice.io/dns-reject: nxdomain, policy.sluice.io/audit: 'true'",
                53));
    assertThat(
            Stream.of(
                    resource.getEgressPerPortPoliciesList(), resource.getEgressOtherProtocolsList())
                .flatMap(List::stream)
                .flatMap(entry -> entry.getRulesList().stream())
                .map(rule -> rule.getDnsRules().getReject()))
        .containsOnly(Reject.CONFIGURED);
    assertThat(
            resource.getEgressShadow().getPerPortPoliciesList().stream()
                .flatMap(entry -> entry.getRulesList().stream())
                .map(rule -> rule.getDnsRules().getReject()))
        .contains(Reject.NXDOMAIN);
  }
}
