package io.sluice.xds.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.crd.read.Finding;
import io.sluice.xds.source.FixedWorld;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The validation catalogue of the policy language (section 1.11) and what is accepted with a word.
 */
class PolicyCatalogueTest {
  private static final String ONE_PORT = "ports: [{port: '80', protocol: TCP}]";

  private static List<Finding> findings(String kind, String spec) {
    String yaml =
        "apiVersion: %s\nkind: %s\nmetadata: {name: p%s}\nspec: %s"
            .formatted(
                kind.equals("NetworkPolicy") ? "networking.k8s.io/v1" : "cilium.io/v2",
                kind,
                kind.contains("Clusterwide") ? "" : ", namespace: a",
                spec);
    return new Admission()
        .admit(FixedWorld.manifests("p.yaml", yaml))
        .judgements()
        .getFirst()
        .findings();
  }

  private static void expect(
      String kind, String spec, Finding.Level level, String field, String reason) {
    List<Finding> findings = findings(kind, spec);
    assertThat(findings)
        .anySatisfy(
            finding -> {
              assertThat(finding.level()).isEqualTo(level);
              assertThat(finding.field()).isEqualTo(field);
              assertThat(finding.source()).isEqualTo("p.yaml:4");
              assertThat(finding.reason()).contains(reason);
            });
    if (level == Finding.Level.WARN) {
      assertThat(findings).extracting(Finding::level).doesNotContain(Finding.Level.ERROR);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "V01 | {ingress: [{}]} | spec | needs the field endpointSelector",
        "V02 | {endpointSelector: {}, ingress: [], egress: [], ingressDeny: [], egressDeny: []}"
            + " | spec | needs at least one item",
        "V03 | {nodeSelector: {}, ingress: [{}]} | spec.nodeSelector | can't select nodes",
        "V04 | {endpointSelector: {}, egress: [{toEndpoints: [{matchExpressions: [{key: a,"
            + " operator: Lt, values: ['1']}]}]}]}"
            + " | spec.egress[0].toEndpoints[0].matchExpressions[0].operator | expected In, NotIn",
        "V04 | {endpointSelector: {}, egressDeny: [{toEndpoints: [{matchExpressions: [{key: a,"
            + " operator: NotIn}]}]}]}"
            + " | spec.egressDeny[0].toEndpoints[0].matchExpressions[0] | at least one value",
        "V04 | {endpointSelector: {}, egress: [{toServices: [{k8sServiceSelector: {selector:"
            + " {matchLabels: {'-a': x}}}}]}]} |"
            + " spec.egress[0].toServices[0].k8sServiceSelector.selector.matchLabels.-a | no label",
        "V05 | {endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/8], fromEntities: [world]}]}"
            + " | spec.ingress[0].fromEntities | can't be combined with fromCIDR",
        "V05 | {endpointSelector: {}, egress: [{toFQDNs: [{matchName: a}], toCIDRSet: [{cidr:"
            + " 10.0.0.0/8}]}]} | spec.egress[0].toFQDNs | can't be combined with toCIDRSet",
        "V05 | {endpointSelector: {}, egressDeny: [{toServices: [{k8sService: {serviceName: s}}],"
            + " toEndpoints: [{}]}]} | spec.egressDeny[0].toServices | can't be combined",
        "V06 | {endpointSelector: {}, ingress: [{fromNodes: [{}]}]} | spec.ingress[0].fromNodes[0]"
            + " | use fromEntities: [remote-node]",
        "V07 | {endpointSelector: {}, ingressDeny: [{fromEntities: [World]}]}"
            + " | spec.ingressDeny[0].fromEntities[0] | unknown entity",
        "V08 | {endpointSelector: {}, ingress: [{fromRequires: [{}]}]}"
            + " | spec.ingress[0].fromRequires | no longer part of the language",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDR: ['']}]} | spec.ingress[0].fromCIDR[0]"
            + " | expected an IP address",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/33]}]}"
            + " | spec.ingress[0].fromCIDR[0] | prefix length from 0 to 32",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDR: ['fe80::1%eth0/64']}]}"
            + " | spec.ingress[0].fromCIDR[0] | in its plain form",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/255.0.255.0]}]}"
            + " | spec.ingress[0].fromCIDR[0] | prefix length",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDRSet: [{}]}]}"
            + " | spec.ingress[0].fromCIDRSet[0] | needs exactly one of cidr",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, cidrGroupRef:"
            + " g}]}]} | spec.ingress[0].fromCIDRSet[0] | exactly one of cidr",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDRSet: [{cidr: 10.0.0.1}]}]}"
            + " | spec.ingress[0].fromCIDRSet[0].cidr | expected a range",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except:"
            + " [11.0.0.0/16]}]}]} | spec.ingress[0].fromCIDRSet[0].except[0] | inside 10.0.0.0/8",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except:"
            + " ['fd00::/16']}]}]} | spec.ingress[0].fromCIDRSet[0].except[0] | inside 10.0.0.0/8",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except:"
            + " [10.0.0.1]}]}]} | spec.ingress[0].fromCIDRSet[0].except[0] | expected a range",
        "V09 | {endpointSelector: {}, ingress: [{fromCIDRSet: [{cidrGroupRef: g, except:"
            + " [10.0.0.0/8]}]}]} | spec.ingress[0].fromCIDRSet[0].except | goes only with cidr",
        "V10 | {endpointSelector: {}, ingress: [{icmps: [{fields: [{type: 8}]}], toPorts: [{"
            + ONE_PORT
            + "}]}]} | spec.ingress[0].icmps | can't be combined with toPorts",
        "V10 | {endpointSelector: {}, ingress: [{icmps: [{fields: [{family: ipv4, type: 8}]}]}]}"
            + " | spec.ingress[0].icmps[0].fields[0].family | expected IPv4 or IPv6",
        "V10 | {endpointSelector: {}, ingress: [{icmps: [{fields: [{type: 256}]}]}]}"
            + " | spec.ingress[0].icmps[0].fields[0].type | from 0 to 255",
        "V10 | {endpointSelector: {}, ingress: [{icmps: [{fields: [{family: IPv6, type:"
            + " TimestampReply}]}]}]} | spec.ingress[0].icmps[0].fields[0].type | of IPv6",
        "V12 | {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80', protocol:"
            + " VRRP}]}]}]} | spec.ingress[0].toPorts[0].ports[0].protocol | expected TCP, UDP",
        "V13 | {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80', protocol: UDP}],"
            + " rules: {kafka: [{}]}}]}]} | spec.ingress[0].toPorts[0].ports[0] | need protocol"
            + " TCP",
        "V13 | {endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '0', protocol: UDP}],"
            + " rules: {dns: [{matchPattern: '*'}]}}]}]}"
            + " | spec.egress[0].toPorts[0].ports[0] | need a port",
        "V14 | {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '53'}], rules: {dns:"
            + " [{matchPattern: '*'}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules | belong to egress",
        "V14 | {endpointSelector: {}, egress: [{toPorts: [{rules: {dns: [{matchPattern: '*'}]}}]}]}"
            + " | spec.egress[0].toPorts[0].rules | need ports",
        "V14 | {endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '53', endPort: 54}],"
            + " rules: {dns: [{matchPattern: '*'}]}}]}]}"
            + " | spec.egress[0].toPorts[0].ports[0] | no range of ports",
        "V14 | {endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '53', protocol: SCTP}],"
            + " rules: {dns: [{matchPattern: '*'}]}}]}]}"
            + " | spec.egress[0].toPorts[0].ports[0] | UDP, TCP or ANY",
        "V15 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: [{}], kafka: [{}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.kafka | can't be combined with http",
        "V15 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {grpc: [{}], http: [{}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.grpc | can't be combined with http",
        "V15 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {l7: [{a: b}]}}]}]} | spec.ingress[0].toPorts[0].rules.l7 | needs l7proto",
        "V16 | {endpointSelector: {}, egress: [{toPorts: [{"
            + ONE_PORT
            + ", serverNames: ['']}]}]} | spec.egress[0].toPorts[0].serverNames[0] | expected"
            + " labels",
        "V16 | {endpointSelector: {}, egress: [{toPorts: [{"
            + ONE_PORT
            + ", serverNames: [a], rules: {http: [{}]}}]}]}"
            + " | spec.egress[0].toPorts[0].serverNames | can't be combined with L7 rules",
        "V17 | {endpointSelector: {}, egress: [{toPorts: [{"
            + ONE_PORT
            + ", listener: {envoyConfig: {name: x}, name: y}}]}]}"
            + " | spec.egress[0].toPorts[0].listener | no custom listeners",
        "V18 | {endpointSelector: {}, egress: [{toPorts: [{"
            + ONE_PORT
            + ", originatingTLS: {trustedCA: x}}]}]}"
            + " | spec.egress[0].toPorts[0].originatingTLS | needs the field secret",
        "V21 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: [{headerMatches: [{name: a, mismatch: IGNORE}]}]}}]}]} |"
            + " spec.ingress[0].toPorts[0].rules.http[0].headerMatches[0].mismatch | expected LOG",
        "V21 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: [{headerMatches: [{name: a, secret: {}}]}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.http[0].headerMatches[0].secret | field name",
        "V22 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{role: produce, apiKey: fetch}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.kafka[0].role | can't be combined with apiKey",
        "V22 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{role: publish}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.kafka[0].role | expected produce or consume",
        "V22 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{apiKey: nothing}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.kafka[0].apiKey | nothing",
        "V22 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{apiVersion: '32768'}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.kafka[0].apiVersion | 32767",
        "V22 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{topic: 'a b'}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.kafka[0].topic | a b",
        "V23 | {endpointSelector: {}, egress: [{toFQDNs: [{matchName: a, matchPattern: b}]}]}"
            + " | spec.egress[0].toFQDNs[0] | found both",
        "V23 | {endpointSelector: {}, egress: [{toFQDNs: [{}]}]}"
            + " | spec.egress[0].toFQDNs[0] | found none",
        "V23 | {endpointSelector: {}, egress: [{toFQDNs: [{matchName: '*.a'}]}]}"
            + " | spec.egress[0].toFQDNs[0].matchName | expected labels",
        "V23 | {endpointSelector: {}, egress: [{toFQDNs: [{matchPattern: 'a..b'}]}]}"
            + " | spec.egress[0].toFQDNs[0].matchPattern | single dots",
        // Section 1.5: what denying items have not, and other fields that are nowhere.
        "1.5 | {endpointSelector: {}, egressDeny: [{toFQDNs: []}]}"
            + " | spec.egressDeny[0].toFQDNs | unknown field",
        "1.5 | {endpointSelector: {}, ingressDeny: [{authentication: {mode: required}}]}"
            + " | spec.ingressDeny[0].authentication | unknown field",
        "1.5 | {endpointSelector: {}, ingressDeny: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: [{}]}}]}]} | spec.ingressDeny[0].toPorts[0].rules | unknown field",
        "1.6 | {endpointSelector: {}, egress: [{toGroups: [{}]}]} | spec.egress[0].toGroups[0]"
            + " | list their ranges in toCIDRSet",
        "1.6 | {endpointSelector: {}, egress: [{toServices: [{}]}]}"
            + " | spec.egress[0].toServices[0] | needs k8sService or k8sServiceSelector",
        "1.6 | {endpointSelector: {}, egress: [{toServices: [{k8sService: {namespace: a}}]}]}"
            + " | spec.egress[0].toServices[0].k8sService | needs the field serviceName",
        "5.5 | {endpointSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {grpc: [{service: 'a.*.B'}]}}]}]}"
            + " | spec.ingress[0].toPorts[0].rules.grpc[0].service | followed by a single *",
        "5.7 | {endpointSelector: {}, egress: [{toPorts: [{ports: [{port: '53'}], rules: {dns:"
            + " [{}]}}]}]} | spec.egress[0].toPorts[0].rules.dns[0] | matchName or matchPattern",
      })
  void isRejected(String number, String spec, String field, String reason) {
    expect("CiliumNetworkPolicy", spec, Finding.Level.ERROR, field, reason);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "V01 | {endpointSelector: {}, nodeSelector: {}, ingress: [{}]} | spec.nodeSelector"
            + " | can't be combined with endpointSelector",
        "V20 | {nodeSelector: {}, ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: [{}]}}]}]} | spec.ingress[0].toPorts[0].rules | only for DNS",
        "V20 | {nodeSelector: {}, egress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{}]}}]}]} | spec.egress[0].toPorts[0].rules | only in egress",
      })
  void isRejectedClusterwide(String number, String spec, String field, String reason) {
    expect("CiliumClusterwideNetworkPolicy", spec, Finding.Level.ERROR, field, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{podSelector: {}, ingress: [{from: [{}]}]} | spec.ingress[0].from[0] | needs podSelector",
        "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}"
            + " | spec.ingress[0].from[0].ipBlock | can't be combined with selectors",
        "{podSelector: {}, ingress: [{ports: [{port: '80'}]}]} | spec.ingress[0].ports[0].port"
            + " | numbers stand without quotes",
        "{podSelector: {}, ingress: [{ports: [{endPort: 80}]}]} | spec.ingress[0].ports[0].endPort"
            + " | needs a port beside it",
        "{podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]}"
            + " | spec.ingress[0].ports[0].port | is larger than endPort",
        "{podSelector: {}, ingress: [{ports: [{port: http, endPort: 80}]}]}"
            + " | spec.ingress[0].ports[0].endPort | only with a port number",
        "{podSelector: {}, ingress: [{ports: [{protocol: ICMP}]}]}"
            + " | spec.ingress[0].ports[0].protocol | expected TCP, UDP or SCTP",
        "{podSelector: {}, policyTypes: [Both]} | spec.policyTypes[0] | expected Ingress or Egress",
        "{podSelector: {}, egress: [{from: []}]} | spec.egress[0].from | unknown field",
        "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except:"
            + " [192.0.2.0/24]}}]}]} | spec.ingress[0].from[0].ipBlock.except[0] | inside",
      })
  void isRejectedOfKubernetesOwn(String spec, String field, String reason) {
    expect("NetworkPolicy", spec, Finding.Level.ERROR, field, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ingress: [{fromEndpoints: []}] | spec.ingress[0] | has an empty list fromEndpoints",
        "ingress: [{toPorts: [{}]}] | spec.ingress[0].toPorts[0] | names no port",
        "ingress: [{toPorts: null}] | spec.ingress[0].toPorts | counts as absent",
        "ingress: [{fromCIDR: [10.0.0.1]}] | spec.ingress[0].fromCIDR[0] | taken as 10.0.0.1/32",
        "ingress: [{fromCIDR: [10.1.2.3/8]}] | spec.ingress[0].fromCIDR[0] | taken as 10.0.0.0/8",
        "ingress: [{toPorts: [{ports: [{port: '80', protocol: tcp}]}]}]"
            + " | spec.ingress[0].toPorts[0].ports[0].protocol | taken as TCP",
        "ingress: [{toPorts: [{ports: [{port: '80', protocol: ''}]}]}]"
            + " | spec.ingress[0].toPorts[0].ports[0].protocol | taken as ANY",
        "ingress: [{toPorts: [{ports: [{port: http, endPort: 90}]}]}]"
            + " | spec.ingress[0].toPorts[0].ports[0].endPort | is ignored",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: []}}]}]"
            + " | spec.ingress[0].toPorts[0].rules.http | an empty list is no L7 rule",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: []}}]}]"
            + " | spec.ingress[0].toPorts[0].rules.kafka | an empty list is no L7 rule",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {grpc: []}}]}]"
            + " | spec.ingress[0].toPorts[0].rules.grpc | an empty list is no L7 rule",
        "egress: [{toPorts: [{ports: [{port: '53'}], rules: {dns: []}}]}]"
            + " | spec.egress[0].toPorts[0].rules.dns | an empty list is no L7 rule",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {}}]}]"
            + " | spec.ingress[0].toPorts[0].rules | names no L7 rule",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{role: Produce}]}}]}]"
            + " | spec.ingress[0].toPorts[0].rules.kafka[0].role | taken as produce",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: [{method: get}]}}]}]"
            + " | spec.ingress[0].toPorts[0].rules.http[0].method | this is not GET",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {grpc: [{service: Echo}]}}]}]"
            + " | spec.ingress[0].toPorts[0].rules.grpc[0].service | has no package",
        "ingress: [{icmps: [{fields: [{type: EchoReply}]}]}]"
            + " | spec.ingress[0].icmps[0].fields[0].type | echo replies alone",
        "egress: [{toFQDNs: [{matchPattern: 'a.**.b'}]}]"
            + " | spec.egress[0].toFQDNs[0].matchPattern | only at the beginning",
        "egress: [{toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchName: a, matchPattern:"
            + " b}]}}]}] | spec.egress[0].toPorts[0].rules.dns[0] | write two elements",
        "egress: [{toPorts: [{"
            + ONE_PORT
            + ", serverNames: ['a*.b']}]}]"
            + " | spec.egress[0].toPorts[0].serverNames[0] | one by one",
        "ingress: [{fromEntities: [world-ipv4]}] | spec.ingress[0].fromEntities[0] | write `world`",
        "ingress: [{fromEndpoints: [{matchLabels: {pod-template-hash: x}}]}]"
            + " | spec.ingress[0].fromEndpoints[0].matchLabels.pod-template-hash"
            + " | never takes part in identity",
        "ingress: [{fromEndpoints: [{matchLabels: {'foo:app': x}}]}]"
            + " | spec.ingress[0].fromEndpoints[0].matchLabels.foo:app | of the source foo",
        "ingress: [{fromEndpoints: [{matchLabels: {'reserved:nobody': ''}}]}]"
            + " | spec.ingress[0].fromEndpoints[0].matchLabels.reserved:nobody | no identity has",
        "ingress: [{}], enableDefaultDeny: {egress: true} | spec.enableDefaultDeny.egress"
            + " | has no effect without an item",
        "ingress: [{}], log: {value: x} | spec.log.value | not copied",
      })
  void isAcceptedWithAWarning(String rest, String field, String reason) {
    expect(
        "CiliumNetworkPolicy",
        "{endpointSelector: {}, " + rest + "}",
        Finding.Level.WARN,
        field,
        reason.replace('`', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ingress: [{authentication: {mode: disabled}}]",
        "ingress: [{fromRequires: []}]",
        "ingress: [{}], labels: [{key: a, value: b, source: k8s}], description: text",
        "ingress: [{toPorts: [{ports: [{port: a-b}, {port: '0x50'}, {port: '80', endPort: 0}]}]}]",
        "ingress: [{toPorts: [{ports: [{port: '1', endPort: 65535, protocol: SCTP}]}]}]",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {kafka: [{role: consume, clientID: 'a b',"
            + " topic: a.b_c-d, apiVersion: '0'}, {apiKey: Fetch}, {}]}}]}]",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {grpc: [{service: a.B, method: 'Get*',"
            + " headers: ['X-A: b']}, {service: '*'}, {}]}}]}]",
        "ingress: [{toPorts: [{"
            + ONE_PORT
            + ", rules: {http: [{headerMatches: [{name: X-A,"
            + " value: b, mismatch: REPLACE, secret: {namespace: a, name: s}}]}]}}]}]",
        "egress: [{toPorts: [{ports: [{port: '53', protocol: ANY}, {port: dns}], rules: {dns:"
            + " [{matchPattern: '*'}, {matchPattern: '**.a.b'}, {matchName: A.B.}]}}]}]",
        "egress: [{toPorts: [{" + ONE_PORT + ", serverNames: [a.b, '*.a.b', '**.a.b', A.b.]}]}]",
        "egress: [{icmps: [{fields: [{family: IPv6, type: EchoRequest}, {type: '8'}]}]}]",
        "ingressDeny: [{fromCIDRSet: [{cidrGroupSelector: {matchExpressions: [{key: a, operator:"
            + " Exists}]}}]}]",
      })
  void isAcceptedWithoutAWord(String rest) {
    assertThat(findings("CiliumNetworkPolicy", "{endpointSelector: {}, " + rest + "}")).isEmpty();
  }

  @Test
  void everyFaultIsFoundWithItsOwnLine() {
    String yaml =
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata:
          name: p
        specs:
          - endpointSelector: {}
            ingress:
              - fromEntities:
                  - cluster
                  - wolrd
              - toPorts:
                  - ports:
                      - port: "80"
                        protocol: TCP
                    rules:
                      http:
                        - path: "("
                        - mehtod: GET
          - endpointSelector: {}
            egress:
              - toEndpoints:
                  - matchLabels:
                      app: "a b"
              - toCIDR: [10.0.0.0/40]
        """;
    assertThat(
            new Admission()
                .admit(FixedWorld.manifests("p.yaml", yaml))
                .judgements()
                .getFirst()
                .findings())
        .extracting(finding -> finding.source() + " " + finding.field())
        .containsExactlyInAnyOrder(
            "p.yaml:10 specs[0].ingress[0].fromEntities[1]",
            "p.yaml:17 specs[0].ingress[1].toPorts[0].rules.http[0].path",
            "p.yaml:18 specs[0].ingress[1].toPorts[0].rules.http[1].mehtod",
            "p.yaml:23 specs[1].egress[0].toEndpoints[0].matchLabels.app",
            "p.yaml:24 specs[1].egress[1].toCIDR[0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "networking.k8s.io/v1 | NetworkPolicy | {podSelector: {}, egress: [{}]}",
        "cilium.io/v2 | CiliumNetworkPolicy | {endpointSelector: {}, egress: [{}]}",
      })
  void howToRefuseQueriesIsOddWhereNoneIsRefused(String kind) {
    String[] parts = kind.split(" \\| ");
    String yaml =
        "apiVersion: %s\nkind: %s\nmetadata: {name: p, annotations: {%s: nxdomain}}\nspec: %s"
            .formatted(parts[0], parts[1], "policy.sluice.io/dns-reject", parts[2]);
    assertThat(
            new Admission()
                .admit(FixedWorld.manifests("p.yaml", yaml))
                .judgements()
                .getFirst()
                .findings())
        .filteredOn(finding -> finding.level() == Finding.Level.WARN)
        .extracting(Finding::field)
        .contains("metadata.annotations.policy.sluice.io/dns-reject");
  }

  @Test
  void anObjectNeedsARuleWhereverItStands() {
    for (String body : List.of("", "specs: []", "spec: null")) {
      assertThat(
              new Admission()
                  .admit(
                      FixedWorld.manifests(
                          "p.yaml",
                          "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name:"
                              + " p}\n"
                              + body))
                  .rejected())
          .as(body)
          .hasSize(1);
    }
  }
}
