package io.sluice.xds.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.world.Settings;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a direction is enforced and what then holds by itself (policy language, 4.1 to 4.11, 6). */
class EnforcementTest {
  private static final Settings SETTINGS = Settings.defaults("n1").knowing(SmallCluster.NAMES);
  private static final String FROM_WEB = "ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]";
  private static final String READ_80 =
      "toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{path: /a}]}}]";

  private static String policy(String name, String spec) {
    return policy(name, "", spec);
  }

  private static String policy(String name, String metadata, String spec) {
    return """
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata: {name: %s, namespace: prod%s}
    spec: {endpointSelector: {matchLabels: {app: api}}, %s}
    """
        .formatted(name, metadata, spec);
  }

  private static String audited(String name, String spec) {
    return policy(name, ", annotations: {policy.sluice.io/audit: 'true'}", spec);
  }

  private static SmallCluster cluster(Settings settings, String... policies) {
    return new SmallCluster(settings).become(policies);
  }

  private static String ingress(SmallCluster cluster, String peers, String port) {
    return cluster.judgeAll(
        cluster.endpoint("prod/api").ingress().enforced(), List.of(peers.split(" ")), port);
  }

  @ParameterizedTest
  @CsvSource({
    "DEFAULT, false, prod/web=open host=open",
    "DEFAULT, true, prod/web=allow dev/web=none host=allow",
    "ALWAYS, false, prod/web=none dev/web=none host=allow",
    "ALWAYS, true, prod/web=allow dev/web=none host=allow",
    "NEVER, false, prod/web=open host=open",
    "NEVER, true, prod/web=open host=open",
  })
  void modes(Settings.Mode mode, boolean selected, String verdicts) {
    SmallCluster cluster =
        selected
            ? cluster(SETTINGS.inMode(mode), policy("p", FROM_WEB))
            : cluster(SETTINGS.inMode(mode));
    String peers = verdicts.replaceAll("=[a-z]+", "");
    assertThat(ingress(cluster, peers, "80/TCP")).isEqualTo(verdicts);
    String egress = mode == Settings.Mode.ALWAYS ? "none" : "open";
    assertThat(
            cluster.judge(cluster.endpoint("prod/api").egress().enforced(), "prod/web", "80/TCP"))
        .isEqualTo(egress);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // 4.2: without default deny everything that is not denied passes.
        "enableDefaultDeny: {ingress: false}, ingress: [{fromEndpoints: [{}]}]"
            + " | 80/TCP | prod/web=allow world=allow",
        "enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEndpoints: [{}]}]"
            + " | 80/TCP | prod/web=deny world=allow",
        "enableDefaultDeny: {ingress: false}, ingress: [{fromEndpoints: [{}], "
            + READ_80
            + "}]"
            + " | 80/TCP | prod/web=allow world=allow",
        "enableDefaultDeny: {egress: true}, ingress: [{fromEndpoints: [{}]}]"
            + " | 80/TCP | prod/web=allow world=none",
        "enableDefaultDeny: {ingress: true}, ingressDeny: [{fromEntities: [world]}]"
            + " | 80/TCP | prod/web=none world=deny",
        // 4.11: denials subtract from everything.
        "ingress: [{fromEntities: [all]}], ingressDeny: [{toPorts: [{ports: [{port: '80'}]}]}]"
            + " | 80/TCP | prod/web=deny host=deny",
        "ingress: [{fromEntities: [all]}], ingressDeny: [{toPorts: [{ports: [{port: '80'}]}]}]"
            + " | 81/TCP | prod/web=allow",
        "ingress: [{fromEntities: [all]}], ingressDeny: [{toPorts: [{ports: [{port: '80'}]}]}]"
            + " | 8/ICMP | prod/web=allow",
        "ingress: [{"
            + READ_80
            + "}], ingressDeny: [{fromEndpoints: [{}]}]"
            + " | 80/TCP | prod/web=deny dev/web=read",
        // 4.8: a plain rule opens what an L7 rule for the same peer reads.
        "ingress: [{"
            + READ_80
            + "}, {fromEndpoints: [{}]}] | 80/TCP | prod/web=allow dev/web=read",
        "ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: []}}]}]"
            + " | 80/TCP | prod/web=allow",
      })
  void whatHoldsByItself(String spec, String port, String verdicts) {
    String peers = verdicts.replaceAll("=[a-z]+", "");
    assertThat(ingress(cluster(SETTINGS, policy("p", spec)), peers, port)).isEqualTo(verdicts);
  }

  @Test
  void oneRuleWithDefaultDenyIsEnoughAndTakesBackWhatOthersOpened() {
    SmallCluster cluster =
        cluster(
            SETTINGS,
            policy("a", "enableDefaultDeny: {ingress: false}, ingress: [{" + READ_80 + "}]"),
            policy("b", "ingress: [{}]"));
    assertThat(ingress(cluster, "prod/web", "80/TCP")).isEqualTo("prod/web=read");
    assertThat(ingress(cluster, "prod/web", "81/TCP")).isEqualTo("prod/web=none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rules: {kafka: [{}]} | Kafka rules",
        "rules: {grpc: [{}]} | gRPC rules",
        "serverNames: [a.example] | server names of TLS",
      })
  void whatCanNotBeReadTogetherIsAConflictInBothOrders(String other, String names) {
    String http = "ingress: [{fromEndpoints: [{}], " + READ_80 + "}]";
    String second =
        "ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}], "
            + other
            + "}]}]";
    for (String[] order : new String[][] {{"a", "b"}, {"b", "a"}}) {
      SmallCluster cluster = cluster(SETTINGS, policy(order[0], http), policy(order[1], second));
      EndpointRules rules = cluster.endpoint("prod/api");
      assertThat(rules.conflicts()).hasSize(1);
      assertThat(rules.conflicts().getFirst().reason())
          .contains(names, "prod/a", "prod/b", "remove one of the two");
      assertThat(rules.ingress().enforced()).isEmpty();
      assertThat(rules.egress().enforced()).isEmpty();
    }
  }

  @Test
  void twoKindsOfRulesThatMeetThroughDifferentSelectorsAreAConflict() {
    SmallCluster cluster =
        cluster(
            SETTINGS,
            policy("a", "ingress: [{fromEndpoints: [{matchLabels: {app: web}}], " + READ_80 + "}]"),
            policy(
                "b",
                "ingress: [{fromEntities: [cluster], toPorts: [{ports: [{port: '80', protocol:"
                    + " TCP}], rules: {kafka: [{topic: t}]}}]}]"));
    assertThat(cluster.endpoint("prod/api").conflicts()).hasSize(1);
    assertThat(cluster.endpoint("prod/web").conflicts()).isEmpty();
  }

  @Test
  void twoKindsOfRulesForDifferentPeersOrPortsAreNone() {
    String kafka =
        "toPorts: [{ports: [{port: '%s', protocol: TCP}], rules: {kafka: [{topic: t}]}}]";
    SmallCluster cluster =
        cluster(
            SETTINGS,
            policy("a", "ingress: [{fromEndpoints: [{matchLabels: {app: web}}], " + READ_80 + "}]"),
            policy(
                "b",
                "ingress: [{fromEntities: [world], "
                    + kafka.formatted("80")
                    + "}, {fromEndpoints: [{}], "
                    + kafka.formatted("81")
                    + "}]"));
    assertThat(cluster.endpoint("prod/api").conflicts()).isEmpty();
  }

  @Test
  void whatIsDeniedAnywayIsInNoConflict() {
    String both = "ingress: [{fromEndpoints: [{}], %s}]";
    String kafka = "toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {kafka: [{}]}}]";
    SmallCluster cluster =
        cluster(
            SETTINGS,
            policy("a", both.formatted(READ_80)),
            policy("b", both.formatted(kafka)),
            policy(
                "c",
                "ingressDeny: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol:"
                    + " TCP}]}]}]"));
    assertThat(cluster.endpoint("prod/api").conflicts())
        .as("the rules stand side by side but never decide")
        .isEmpty();
    assertThat(ingress(cluster, "prod/web", "80/TCP")).isEqualTo("prod/web=deny");
  }

  @Test
  void inAConflictAnEndpointKeepsWhatItHadAndTheStatusSaysWhy() {
    String first = policy("a", "ingress: [{fromEndpoints: [{}], " + READ_80 + "}]");
    String second =
        policy(
            "b",
            "ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}],"
                + " rules: {kafka: [{}]}}]}]");
    SmallCluster cluster = cluster(SETTINGS, first);
    EndpointRules good = cluster.endpoint("prod/api");
    assertThat(good.conflicts()).isEmpty();

    EndpointRules bad = cluster.become(first, second).endpoint("prod/api");
    assertThat(bad.ingress()).isEqualTo(good.ingress());
    assertThat(bad.conflicts()).hasSize(1);
    List<Warning> warnings = new ArrayList<>(Oddities.of(bad));
    assertThat(warnings)
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.field()).isEqualTo("spec.ingress[0].toPorts[0]");
              assertThat(warning.reason()).contains("pod prod/api keeps the rules that it had");
            });

    String twin =
        """
        {apiVersion: v1, kind: Pod, metadata: {name: api2, namespace: prod, labels: {app: api}}, status: {podIP: 10.0.0.9}}
        """;
    cluster.become(first, second, twin);
    assertThat(ingress(cluster, "prod/web prod/api2 world", "80/TCP"))
        .isEqualTo("prod/web=read prod/api2=read world=none");
    assertThat(cluster.endpoint("prod/api2").ingress().enforced()).as("a new endpoint").isEmpty();

    assertThat(cluster.become(second, twin).endpoint("prod/api2").conflicts()).isEmpty();
    assertThat(ingress(cluster, "prod/web", "80/TCP")).isEqualTo("prod/web=read");
  }

  @Test
  void whatAnEndpointKeepsFollowsItsPeers() {
    String first = policy("a", FROM_WEB);
    String pair =
        "ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}], rules:"
            + " {%s: [{}]}}]}]";
    SmallCluster cluster = cluster(SETTINGS, first);
    cluster.endpoint("prod/api");
    String[] bad = {
      first, policy("b", pair.formatted("http")), policy("c", pair.formatted("kafka")), ""
    };
    assertThat(ingress(cluster.become(bad), "prod/web", "81/TCP")).isEqualTo("prod/web=allow");
    bad[3] =
        """
        {apiVersion: v1, kind: Pod, metadata: {name: web2, namespace: prod, labels: {app: web, v: '2'}}, status: {podIP: 10.0.0.9}}
        """;
    assertThat(ingress(cluster.become(bad), "prod/web prod/web2", "81/TCP"))
        .isEqualTo("prod/web=allow prod/web2=allow");
  }

  @Test
  void serverNamesOfOneRuleAreRequiredByAllOfTheSamePeersAndPorts() {
    String names =
        "ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '443', protocol: TCP}],"
            + " serverNames: ['a.example']}]}]";
    String plain =
        "ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '443', protocol: TCP}]}]}]";
    SmallCluster cluster = cluster(SETTINGS, policy("a", names), policy("b", plain));
    assertThat(ingress(cluster, "prod/web", "443/TCP")).isEqualTo("prod/web=read");
    assertThat(cluster.endpoint("prod/api").ingress().enforced())
        .filteredOn(rule -> rule.policy() != null)
        .extracting(Rule::serverNames)
        .containsExactly(List.of("a.example"), List.of("a.example"));
  }

  @Test
  void anEntityListWithAllIsOnlyThat() {
    String both =
        "ingress: [{fromEntities: [remote-node, all], toPorts: [{ports: [{port: '443', protocol:"
            + " TCP}], serverNames: ['a.example']}]}, {fromEntities: [remote-node], toPorts:"
            + " [{ports: [{port: '443', protocol: TCP}]}]}]";
    SmallCluster cluster = cluster(SETTINGS, policy("a", both));
    assertThat(ingress(cluster, "192.0.2.2 prod/web", "443/TCP"))
        .isEqualTo("192.0.2.2=allow prod/web=read");
  }

  @Test
  void auditedPoliciesAreInTheShadowOnly() {
    SmallCluster cluster = cluster(SETTINGS, audited("a", FROM_WEB));
    EndpointRules rules = cluster.endpoint("prod/api");
    assertThat(rules.ingress().enforced()).isNull();
    assertThat(cluster.judgeAll(rules.ingress().shadow(), List.of("prod/web", "world"), "80/TCP"))
        .isEqualTo("prod/web=allow world=none");
    assertThat(rules.egress()).isEqualTo(EndpointRules.Direction.OPEN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{apiVersion: v1, kind: Namespace, metadata: {name: extra, annotations:"
            + " {policy.sluice.io/audit: 'true'}}} | extra | none | enforced",
        "{apiVersion: v1, kind: Namespace, metadata: {name: extra, annotations:"
            + " {policy.sluice.io/audit: 'true'}}} | extra | own | shadow",
        "{apiVersion: v1, kind: Namespace, metadata: {name: extra}} | extra | own | enforced",
      })
  void aNamespaceAuditsItsPoliciesAndAPodAllThatSelectsIt(
      String namespace, String name, String where, String expected) {
    String pod =
        "{apiVersion: v1, kind: Pod, metadata: {name: x, namespace: extra, labels: {app: x}},"
            + " status: {podIP: 10.0.0.9}}";
    String spec = "spec: {endpointSelector: {matchLabels: {app: x}}, ingress: [{}]}";
    String policy =
        where.equals("own")
            ? "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: p, namespace:"
                + " "
                + name
                + "}, "
                + spec
                + "}"
            : "{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name:"
                + " p}, "
                + spec
                + "}";
    EndpointRules rules = cluster(SETTINGS, namespace, pod, policy).endpoint("extra/x");
    assertThat(rules.ingress().enforced() == null ? "shadow" : "enforced").isEqualTo(expected);
    String auditedPod =
        pod.replace("name: x,", "name: x, annotations: {policy.sluice.io/audit: 'true'},");
    EndpointRules all = cluster(SETTINGS, namespace, auditedPod, policy).endpoint("extra/x");
    assertThat(all.ingress().enforced()).isNull();
    assertThat(all.ingress().shadow()).isNotNull();
  }

  @Test
  void theSettingAuditsEverything() {
    SmallCluster cluster = cluster(SETTINGS.audited(true), policy("a", FROM_WEB));
    EndpointRules.Direction ingress = cluster.endpoint("prod/api").ingress();
    assertThat(ingress.enforced()).isNull();
    assertThat(cluster.judge(ingress.shadow(), "world", "80/TCP")).isEqualTo("none");
  }

  @Test
  void aConflictOfAuditedPoliciesTakesOnlyTheShadow() {
    SmallCluster cluster =
        cluster(
            SETTINGS,
            policy("a", "ingress: [{fromEndpoints: [{}], " + READ_80 + "}]"),
            audited(
                "b",
                "ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: '80', protocol: TCP}],"
                    + " rules: {kafka: [{}]}}]}]"));
    EndpointRules rules = cluster.endpoint("prod/api");
    assertThat(rules.conflicts()).isEmpty();
    assertThat(rules.unaudited()).hasSize(1);
    assertThat(rules.ingress().shadow()).isNull();
    assertThat(ingress(cluster, "prod/web", "80/TCP")).isEqualTo("prod/web=read");
  }

  @Test
  void policiesForNodesApplyToTheseAloneAndOthersNeverDo() {
    SmallCluster cluster =
        cluster(
            SETTINGS,
            """
            apiVersion: cilium.io/v2
            kind: CiliumClusterwideNetworkPolicy
            metadata: {name: workers}
            spec: {nodeSelector: {matchLabels: {role: worker}}, ingress: [{fromEntities: [cluster]}]}
            """,
            """
            apiVersion: cilium.io/v2
            kind: CiliumClusterwideNetworkPolicy
            metadata: {name: everyone}
            spec: {endpointSelector: {}, egress: [{}]}
            """);
    EndpointRules worker = cluster.node("n1");
    assertThat(
            cluster.judgeAll(worker.ingress().enforced(), List.of("prod/web", "world"), "22/TCP"))
        .isEqualTo("prod/web=allow world=none");
    assertThat(worker.egress().enforced()).as("policies for endpoints").isNull();
    assertThat(cluster.node("n2").ingress().enforced()).isNull();
    assertThat(cluster.endpoint("prod/api").ingress().enforced()).as("policies for nodes").isNull();
    assertThat(cluster.endpoint("prod/api").egress().enforced()).isEmpty();
  }
}
