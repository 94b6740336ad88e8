package io.sluice.xds.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom items mean and on which ports, as the policy language has it: sections 1.7 to 4.10. */
class PeersAndPortsTest {
  private static final String POLICY =
      """
      apiVersion: cilium.io/v2
      kind: %s
      metadata: {name: p%s}
      spec: {endpointSelector: {matchLabels: {app: api}}, %s}
      """;

  private static void expect(String policy, boolean incoming, String port, String verdicts) {
    SmallCluster cluster = new SmallCluster().become(policy);
    EndpointRules rules = cluster.endpoint("prod/api");
    List<String> peers =
        Arrays.stream(verdicts.split(" "))
            .map(each -> each.substring(0, each.indexOf('=')))
            .toList();
    assertThat(rules.conflicts()).isEmpty();
    assertThat(
            cluster.judgeAll((incoming ? rules.ingress() : rules.egress()).enforced(), peers, port))
        .isEqualTo(verdicts);
  }

  private static String namespaced(String spec) {
    return POLICY.formatted("CiliumNetworkPolicy", ", namespace: prod", spec);
  }

  private static String clusterwide(String spec) {
    return POLICY.formatted("CiliumClusterwideNetworkPolicy", "", spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // 2.4: absent, null, empty, wildcard; without ports and with them.
        "ingress: [{}] | 80/TCP | prod/web=none world=none host=allow",
        "ingress: [{fromEndpoints: null}] | 80/TCP | prod/web=none world=none",
        "ingress: [{toPorts: [{ports: [{port: '80'}]}]}] | 80/TCP | prod/web=allow world=allow",
        "ingress: [{toPorts: [{ports: [{port: '80'}]}]}] | 81/TCP | prod/web=none host=allow",
        "ingress: [{fromEndpoints: null, toPorts: [{ports: [{port: '80'}]}]}]"
            + " | 80/UDP | prod/web=allow remote-node=allow",
        "ingress: [{fromEndpoints: []}] | 80/TCP | prod/web=none world=none",
        "ingress: [{fromEndpoints: [], toPorts: [{ports: [{port: '80'}]}]}]"
            + " | 80/TCP | prod/web=none world=none",
        "ingress: [{fromEntities: [], fromCIDR: [203.0.113.0/24]}] | 80/TCP | 203.0.113.1=none",
        "ingress: [{fromEndpoints: [{}]}]"
            + " | 80/TCP | prod/web=allow dev/web=none world=none remote-node=none",
        "ingress: [{fromEntities: [all]}] | OTHER | prod/web=allow world=allow remote-node=allow",
        "ingress: [{fromEndpoints: [{}], toPorts: []}] | 80/TCP | prod/web=allow",
        "ingress: [{fromEndpoints: [{}], toPorts: [{}]}] | 80/TCP | prod/web=none",
        "ingress: [{fromEndpoints: [{}], toPorts: [{ports: []}]}] | 80/TCP | prod/web=none",
        "ingressDeny: [{}] | 80/TCP | prod/web=none world=none host=allow",
        "ingressDeny: [{toPorts: [{ports: [{port: '80'}]}]}] | 80/TCP | prod/web=deny host=deny",
        "ingressDeny: [{fromEndpoints: [], toPorts: [{ports: [{port: '80'}]}]}]"
            + " | 80/TCP | prod/web=none host=allow",
        // 2.2 and 2.3: keys, operators, and what is implied.
        "ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}] | 80/TCP | prod/web=allow"
            + " dev/web=none",
        "ingress: [{fromEndpoints: [{matchLabels: {'any:app': web}}]}] | 80/TCP | prod/web=allow",
        "ingress: [{fromEndpoints: [{matchLabels: {'foo:app': web}}]}] | 80/TCP | prod/web=none",
        "ingress: [{fromEndpoints: [{matchLabels: {app: ''}}]}] | 80/TCP | prod/web=none",
        "ingress: [{fromEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': dev}}]}]"
            + " | 80/TCP | prod/web=none dev/web=allow",
        "ingress: [{fromEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace,"
            + " operator: Exists}]}]}] | 80/TCP | prod/web=allow dev/web=allow world=none",
        "ingress: [{fromEndpoints: [{matchLabels:"
            + " {'k8s:io.cilium.k8s.namespace.labels.team': b}}]}]"
            + " | 80/TCP | prod/web=none dev/web=allow",
        "ingress: [{fromEndpoints: [{matchExpressions: [{key: app, operator: NotIn, values:"
            + " [x]}]}]}] | 80/TCP | prod/web=allow dev/web=none world=none",
        "ingress: [{fromEndpoints: [{matchExpressions: [{key: 'reserved:host', operator:"
            + " DoesNotExist}]}]}] | 80/TCP | prod/web=allow dev/web=allow world=allow"
            + " 192.0.2.2=allow",
        "ingress: [{fromEndpoints: [{matchLabels: {'reserved:remote-node': ''}}]}]"
            + " | 80/TCP | 192.0.2.2=allow prod/web=none",
        "ingress: [{fromEndpoints: [{matchLabels: {'k8s:io.cilium.k8s.policy.cluster': other}}]}]"
            + " | 80/TCP | prod/web=none",
        // 3.2: entities.
        "ingress: [{fromEntities: [world]}] | 80/TCP | world=allow 203.0.113.1=allow prod/web=none"
            + " remote-node=none",
        "ingress: [{fromEntities: [world-ipv4]}] | 80/TCP | 203.0.113.1=allow 2001:db8::1=none",
        "ingress: [{fromEntities: [cluster]}] | 80/TCP | prod/web=allow dev/web=allow"
            + " 192.0.2.2=allow unmanaged=allow health=allow init=allow ingress=allow world=none",
        "ingress: [{fromEntities: [remote-node]}] | 80/TCP | 192.0.2.2=allow world=none",
        "ingress: [{fromEntities: [none]}] | 80/TCP | prod/web=none world=none",
        "ingress: [{fromEntities: [none], toPorts: [{ports: [{port: '80'}]}]}]"
            + " | 80/TCP | prod/web=none world=none",
        // 3.3: ranges never mean pods and nodes; the longest prefix decides who an address is.
        "ingress: [{fromCIDR: [0.0.0.0/0]}] | 80/TCP | 203.0.113.1=allow prod/web=none"
            + " 192.0.2.2=none 10.0.0.3=none 2001:db8::1=none",
        "ingress: [{fromCIDR: [10.0.0.0/8]}] | 80/TCP | 10.1.0.1=allow 10.0.0.3=none 11.0.0.1=none",
        "ingress: [{fromCIDR: [10.0.0.3/32]}] | 80/TCP | dev/web=none",
        "ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}]"
            + " | 80/TCP | 10.2.0.1=allow 10.1.0.1=none",
        "ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}, {fromCIDR:"
            + " [10.1.2.0/24]}] | 80/TCP | 10.2.0.1=allow 10.1.0.1=none 10.1.2.1=allow",
        "ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8}, {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}]"
            + " | 80/TCP | 10.1.0.1=allow",
        "ingress: [{fromCIDR: [10.0.0.0/8]}], ingressDeny: [{fromCIDR: [10.1.0.0/16]}]"
            + " | 80/TCP | 10.2.0.1=allow 10.1.0.1=deny",
        "ingress: [{fromCIDR: [10.1.0.0/16]}], ingressDeny: [{fromEntities: [world]}]"
            + " | 80/TCP | 10.1.0.1=deny world=deny prod/web=none",
        "ingress: [{fromCIDRSet: [{cidrGroupRef: office}]}] | 80/TCP | 198.51.100.7=allow"
            + " world=none",
        "ingress: [{fromCIDRSet: [{cidrGroupRef: nobody}]}] | 80/TCP | 198.51.100.7=none",
        "ingress: [{fromCIDRSet: [{cidrGroupSelector: {matchLabels: {kind: partner}}}]}]"
            + " | 80/TCP | 198.51.100.7=allow",
        "ingress: [{fromEndpoints: [{matchLabels: {'cidr:198.51.0.0/16': ''}}]}]"
            + " | 80/TCP | prod/web=none",
        // 1.7, 1.9: ports and types.
        "ingress: [{toPorts: [{ports: [{port: '80', endPort: 90, protocol: TCP}]}]}]"
            + " | 85/TCP | prod/web=allow",
        "ingress: [{toPorts: [{ports: [{port: '80', endPort: 90, protocol: TCP}]}]}]"
            + " | 91/TCP | prod/web=none",
        "ingress: [{toPorts: [{ports: [{port: '0', protocol: ANY}]}]}] | 7/SCTP | prod/web=allow",
        "ingress: [{toPorts: [{ports: [{port: '0', protocol: ANY}]}]}] | 8/ICMP | prod/web=none",
        "ingress: [{toPorts: [{ports: [{port: '0'}]}]}] | OTHER | prod/web=none",
        "ingress: [{icmps: [{fields: [{type: 8}]}]}] | 8/ICMP | prod/web=allow",
        "ingress: [{icmps: [{fields: [{type: 8}]}]}] | 8/ICMPV6 | prod/web=none",
        "ingress: [{icmps: [{fields: [{type: EchoReply}]}]}] | 0/ICMP | prod/web=allow",
        "ingress: [{icmps: [{fields: [{type: EchoReply}]}]}] | 8/ICMP | prod/web=none",
        "ingress: [{icmps: [{fields: []}]}] | 8/ICMP | prod/web=none",
        "ingress: [{fromEndpoints: [{}]}] | 8/ICMP | prod/web=allow dev/web=none",
        "ingress: [{toPorts: [{ports: [{port: http, protocol: TCP}]}]}] | 8080/TCP |"
            + " prod/web=allow",
        "ingress: [{toPorts: [{ports: [{port: http, protocol: UDP}]}]}] | 8080/UDP | prod/web=none",
        "ingress: [{toPorts: [{ports: [{port: grpc}]}]}] | 8080/TCP | prod/web=none",
        // 4.10: the node is let in at L3/L4, but denials win.
        "ingressDeny: [{fromEntities: [host]}] | 80/TCP | host=deny remote-node=none",
        "ingress: [{fromEntities: [remote-node]}] | 80/TCP | host=allow",
      })
  void incoming(String spec, String port, String verdicts) {
    expect(namespaced(spec), true, port, verdicts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "egress: [{}] | 80/TCP | prod/web=none host=none",
        // 1.6: services mean their backends, and one that is not there means nobody.
        "egress: [{toServices: [{k8sService: {serviceName: web, namespace: dev}}]}]"
            + " | 80/TCP | dev/web=allow prod/web=none",
        "egress: [{toServices: [{k8sService: {serviceName: outside}}]}]"
            + " | 443/TCP | 203.0.113.7=allow world=none",
        "egress: [{toServices: [{k8sServiceSelector: {selector: {matchLabels: {tier: front}}}}]}]"
            + " | 80/TCP | dev/web=allow 203.0.113.7=none",
        "egress: [{toServices: [{k8sServiceSelector: {selector: {matchLabels: {tier: front}},"
            + " namespace: prod}}]}] | 80/TCP | dev/web=none",
        "egress: [{toServices: [{k8sService: {serviceName: absent}}], toPorts: [{ports: [{port:"
            + " '80'}]}]}] | 80/TCP | dev/web=none world=none",
        "egressDeny: [{toServices: [{k8sService: {serviceName: web}}]}] | 80/TCP | dev/web=deny"
            + " prod/web=none",
        // 7: names mean the addresses that were learned.
        "egress: [{toFQDNs: [{matchName: db.example.com}]}] | 5432/TCP | 203.0.113.9=allow"
            + " world=none",
        "egress: [{toFQDNs: [{matchPattern: '*.example.com'}]}] | OTHER | 203.0.113.9=allow",
        "egress: [{toFQDNs: [{matchName: x.example.com}]}] | 80/TCP | 203.0.113.9=none",
        "egress: [{toFQDNs: []}] | 80/TCP | 203.0.113.9=none world=none",
        "egress: [{toFQDNs: [], toPorts: [{ports: [{port: '80'}]}]}] | 80/TCP | world=none",
        "egress: [{toFQDNs: [{matchName: db.example.com}]}], egressDeny: [{toEntities: [world]}]"
            + " | 80/TCP | 203.0.113.9=deny",
        "egress: [{toFQDNs: [{matchName: db.example.com}]}], egressDeny: [{toCIDR:"
            + " [203.0.113.0/24]}] | 80/TCP | 203.0.113.9=deny 203.0.113.1=deny",
        // 1.7: named ports are those of each peer.
        "egress: [{toEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator:"
            + " Exists}]}], toPorts: [{ports: [{port: http, protocol: TCP}]}]}]"
            + " | 9090/TCP | dev/web=allow prod/web=none",
        "egress: [{toPorts: [{ports: [{port: http}]}]}] | 8081/TCP | prod/web=allow dev/web=none"
            + " world=none",
        "egress: [{toPorts: [{ports: [{port: http}]}]}] | 53/UDP | dev/web=allow prod/web=none",
        "egress: [{toCIDR: [0.0.0.0/0], toPorts: [{ports: [{port: http}]}]}] | 9090/TCP |"
            + " world=none",
        // 4.10: only what comes in is let in from the node.
        "egress: [{toEntities: [host]}] | 80/TCP | host=allow remote-node=none",
      })
  void outgoing(String spec, String port, String verdicts) {
    expect(namespaced(spec), false, port, verdicts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ingress: [{fromEndpoints: [{}]}] | 80/TCP | prod/web=allow dev/web=allow world=none"
            + " remote-node=none",
        "ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}] | 80/TCP | prod/web=allow"
            + " dev/web=allow",
        "ingress: [{fromEndpoints: [{matchExpressions: [{key: app, operator: NotIn, values:"
            + " [x]}]}]}] | 80/TCP | prod/web=allow world=none remote-node=none",
        "ingress: [{fromEndpoints: [{matchLabels: {'k8s:io.cilium.k8s.namespace.labels.team':"
            + " b}}]}] | 80/TCP | dev/web=allow prod/web=none",
      })
  void clusterwidePeers(String spec, String port, String verdicts) {
    expect(clusterwide(spec), true, port, verdicts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ingress: [{from: [{podSelector: {}}]}] | 80/TCP | prod/web=allow dev/web=none world=none",
        "ingress: [{from: [{namespaceSelector: {}}]}] | 80/TCP | prod/web=allow dev/web=allow"
            + " world=none remote-node=none",
        "ingress: [{from: [{namespaceSelector: {matchLabels: {team: b}}, podSelector: {matchLabels:"
            + " {app: web}}}]}] | 80/TCP | dev/web=allow prod/web=none",
        "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name:"
            + " dev}}}]}] | 80/TCP | dev/web=allow prod/web=none",
        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]"
            + " | 80/TCP | 10.2.0.1=allow 10.1.0.1=none dev/web=none",
        "ingress: [{from: []}] | OTHER | prod/web=allow world=allow",
        "ingress: [{}] | 8/ICMP | prod/web=allow world=allow",
        "ingress: [{ports: [{port: 80}]}] | 80/TCP | world=allow",
        "ingress: [{ports: [{port: 80}]}] | 80/UDP | world=none",
        "ingress: [{ports: [{protocol: UDP}]}] | 7/UDP | world=allow",
        "ingress: [{ports: [{port: 80, endPort: 90}]}] | 90/TCP | world=allow",
        "ingress: [{ports: [{port: http}]}] | 8080/TCP | world=allow",
        "policyTypes: [Ingress] | 80/TCP | prod/web=none host=allow",
        "policyTypes: [Egress] | 80/TCP | prod/web=open",
        "policyTypes: [Egress], ingress: [{from: [{podSelector: {}}]}]"
            + " | 80/TCP | prod/web=allow dev/web=none",
        "ingress: [] | 80/TCP | prod/web=none",
      })
  void kubernetesOwn(String spec, String port, String verdicts) {
    expect(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: prod}
        spec: {podSelector: {matchLabels: {app: api}}, %s}
        """
            .formatted(spec),
        true,
        port,
        verdicts);
  }
}
