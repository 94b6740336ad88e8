package io.sluice.xds.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.source.FixedWorld;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way to get an object wrong that the language names: rejected, with the field and why. */
class BadInputTest {
  private static final String HEAD = "apiVersion: cilium.io/v2\nkind: %s\nmetadata: {name: p%s}\n";

  private static Rejection only(String yaml) {
    List<Rejection> rejected =
        new Admission().admit(FixedWorld.manifests("bad.yaml", yaml)).rejected();
    assertThat(rejected).hasSize(1);
    return rejected.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // The rule as a whole.
        "{ingress: [{}]} | spec | needs the field endpointSelector",
        "{endpointSelector: {}} | spec | needs at least one item in ingress, ingressDeny, egress"
            + " or",
        "{endpointSelector: {}, ingress: []} | spec | needs at least one item",
        "{endpointSelector: {}, nodeSelector: {}, ingress: [{}]} | spec.nodeSelector | can't"
            + " select",
        "{endpointSelector: {}, ingres: [{}]} | spec.ingres | unknown field; expected one of",
        "{endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: 'no'}}"
            + " | spec.enableDefaultDeny.ingress | expected true or false, found the text `no`",
        "{endpointSelector: {}, ingress: [{}], enableDefaultDeny: {both: true}}"
            + " | spec.enableDefaultDeny.both | unknown field; expected one of egress, ingress",
        "{endpointSelector: {}, ingress: [{}], log: {value: longer than thirty-two characters}}"
            + " | spec.log.value | at most 32 printable",
        "{endpointSelector: {}, ingress: [{}], labels: [{value: x}]}"
            + " | spec.labels[0] | needs the field key",
        "{endpointSelector: {}, ingress: [{}], description: 1} | spec.description | in quotes",
        "{endpointSelector: {}, ingress: {}} | spec.ingress | expected a list, found a mapping",
        "{endpointSelector: {}, ingress: [x]} | spec.ingress[0] | expected a mapping",
        "7 | spec | expected a mapping, found the number 7",
        // Selectors.
        "{endpointSelector: [], ingress: [{}]} | spec.endpointSelector | expected a mapping",
        "{endpointSelector: {matchLabel: {}}, ingress: [{}]}"
            + " | spec.endpointSelector.matchLabel | unknown field",
        "{endpointSelector: {matchLabels: {a: 1}}, ingress: [{}]}"
            + " | spec.endpointSelector.matchLabels.a | found the number 1; put it in quotes",
        "{endpointSelector: {matchLabels: {a: 'b c'}}, ingress: [{}]}"
            + " | spec.endpointSelector.matchLabels.a | is no label value",
        "{endpointSelector: {matchLabels: {'a/b/c': x}}, ingress: [{}]}"
            + " | spec.endpointSelector.matchLabels.a/b/c | is no label key",
        "{endpointSelector: {matchLabels: {'cidr:x': x}}, ingress: [{}]}"
            + " | spec.endpointSelector.matchLabels.cidr:x | expected a range such as 192.0.2.0/24",
        "{endpointSelector: {matchExpressions: [{key: a, operator: Gt, values: ['1']}]},"
            + " ingress: [{}]} | spec.endpointSelector.matchExpressions[0].operator | expected In,",
        "{endpointSelector: {matchExpressions: [{key: a, operator: In}]}, ingress: [{}]}"
            + " | spec.endpointSelector.matchExpressions[0] | In needs at least one value",
        "{endpointSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]},"
            + " ingress: [{}]} | spec.endpointSelector.matchExpressions[0] | takes no values",
        "{endpointSelector: {matchExpressions: [{operator: Exists}]}, ingress: [{}]}"
            + " | spec.endpointSelector.matchExpressions[0] | needs the field key",
        // Items.
        "{endpointSelector: {}, ingress: [{toEndpoints: [{}]}]}"
            + " | spec.ingress[0].toEndpoints | unknown field; expected one of authentication,",
        "{endpointSelector: {}, ingress: [{authentication: {mode: required}}]}"
            + " | spec.ingress[0].authentication.mode | peers can't be authenticated here",
        "{endpointSelector: {}, egress: [{toEndpoints: [{}], toEntities: [world]}]}"
            + " | spec.egress[0].toEntities | can't be combined with toEndpoints",
        "{endpointSelector: {}, egress: [{toEntities: [wrold]}]}"
            + " | spec.egress[0].toEntities[0] | unknown entity `wrold`; expected all,",
      })
  void rules(String spec, String field, String reason) {
    expect(spec, field, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ports: [{port: 80}]} | .ports[0].port | expected text, found the number 80; put it in",
        "{ports: [{port: '65536'}]} | .ports[0].port | expected a port number",
        "{ports: [{port: '-1'}]} | .ports[0].port | expected a port number",
        "{ports: [{port: '80-90'}]} | .ports[0].port | expected a port number",
        "{ports: [{port: ''}]} | .ports[0].port | expected a port number",
        "{ports: [{port: '080'}]} | .ports[0].port | expected a port number",
        "{ports: [{port: a--b}]} | .ports[0].port | expected a port number",
        "{ports: [{port: a-name-of-16-ch}, {port: a-name-of-16-cha}]} | .ports[1].port | or the"
            + " name",
        "{ports: [{protocol: TCP}]} | .ports[0] | needs the field port",
        "{ports: [{port: '80', protocol: ICMP}]} | .ports[0].protocol | expected TCP, UDP, SCTP",
        "{ports: [{port: '80', endPort: 79}]} | .ports[0].endPort | is smaller than port 80",
        "{ports: [{port: '80', endPort: 65536}]} | .ports[0].endPort | from 0 to 65535",
        "{ports: [{port: '80', endPort: '90'}]} | .ports[0].endPort | found the text `90`",
        "{ports: [{port: '0', endPort: 90}]} | .ports[0].endPort | takes no endPort",
        "{ports: [{port: '80', protocols: TCP}]} | .ports[0].protocols | unknown field",
        "{ports: [], listener: {}} | .listener | there are no custom listeners here",
        "{ports: [], serverNames: ['']} | .serverNames[0] | expected labels of letters",
        "{ports: [], terminatingTLS: {}} | .terminatingTLS | needs the field secret",
        "{ports: [{port: '80', protocol: TCP}], rules: {l7proto: x}} | .rules.l7proto | a parser",
        "{ports: [{port: '80', protocol: TCP}], rules: {htpp: [{}]}} | .rules.htpp | unknown field",
        "{ports: [{port: '80'}], rules: {http: [{}]}} | .ports[0] | need protocol TCP, found ANY",
        "{ports: [{port: '1', protocol: TCP}, {port: '2', protocol: UDP}], rules: {http: [{}]}}"
            + " | .ports[1] | need protocol TCP, found UDP",
        "{ports: [{port: '0', protocol: TCP}], rules: {http: [{}]}} | .ports[0] | need a port",
      })
  void ports(String toPorts, String field, String reason) {
    expect(
        "{endpointSelector: {}, ingress: [{toPorts: [" + toPorts + "]}]}",
        "spec.ingress[0].toPorts[0]" + field,
        reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{path: '*'} | .path | expected an RE2 pattern for the whole value, found `*`",
        "{path: '('} | .path | expected an RE2 pattern",
        "{path: '(?=a)'} | .path | expected an RE2 pattern",
        "{path: '(a)\\1'} | .path | expected an RE2 pattern",
        "{method: '['} | .method | expected an RE2 pattern",
        "{host: '+'} | .host | expected an RE2 pattern",
        "{path: 1} | .path | expected text",
        "{path: '((a{99}){99}){99}'} | .path | repeats too much",
        "{path: '(a{900}[)]b){900}'} | .path | repeats too much",
        "{path: '(a{900}\\Q)\\Eb){900}'} | .path | repeats too much",
        "{path: '([^]a)[:alpha:]]{900}b){900}'} | .path | repeats too much",
        "{headerMatches: [{value: a}]} | .headerMatches[0] | needs the field name",
        "{headers: {a: b}} | .headers | expected a list",
        "{headers: ['']} | .headers[0] | expected `NAME: VALUE`",
        "{headers: [': x']} | .headers[0] | expected `NAME: VALUE`",
        "{headers: [':path /x']} | .headers[0] | have fields of their own",
        "{headers: [\"X-A: a\\nb\"]} | .headers[0] | no control characters",
        "{headers: ['X(A): b']} | .headers[0] | is no header name",
        "{path: '/[0-9a-f]{999}/[0-9a-f]{999}/[0-9a-f]{999}'} | .path | compiles to 3",
        "{headers: [\"X-\u00e4: a\"]} | .headers[0] | is no header name",
        "{query: a} | .query | unknown field; expected one of headerMatches, headers,",
      })
  void requests(String http, String field, String reason) {
    expect(
        "{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}],"
            + " rules: {http: ["
            + http
            + "]}}]}]}",
        "spec.ingress[0].toPorts[0].rules.http[0]" + field,
        reason);
  }

  private static void expect(String spec, String field, String reason) {
    Rejection rejection = only(HEAD.formatted("CiliumNetworkPolicy", "") + "spec: " + spec);
    assertThat(rejection.field()).isEqualTo(field);
    assertThat(rejection.reason()).contains(reason.replace('`', '"'));
    assertThat(rejection.source()).isEqualTo("bad.yaml:4");
    assertThat(rejection.namespace()).isEqualTo("default");
    assertThat(rejection.lastGood()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cilium.io/v2 | CiliumEgressGatewayPolicy | CiliumEgressGatewayPolicy of cilium.io/v2",
        "cilium.io/v1 | CiliumNetworkPolicy | expected CiliumNetworkPolicy or",
        "cilum.io/v2 | CiliumNetworkPolicy | CiliumNetworkPolicy of cilum.io/v2",
        "cilium.io/v3 | CiliumCIDRGroup | CiliumCIDRGroup of cilium.io/v3 is not supported",
        "extensions/v1beta1 | NetworkPolicy | NetworkPolicy of extensions/v1beta1 is not",
        "policy.networking.k8s.io/v1alpha2 | ClusterNetworkPolicy | is not supported",
        "v2 | Pod | Pod of v2 is not supported",
      })
  void whatMayBeAPolicyIsNeverIgnored(String apiVersion, String kind, String reason) {
    Rejection rejection =
        only("apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x}\n");
    assertThat(rejection.field()).isEqualTo("kind");
    assertThat(rejection.kind()).isEqualTo(kind);
    assertThat(rejection.reason()).contains(reason);
  }

  @Test
  void whatIsNoPolicyIsIgnored() {
    String yaml =
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}}\n---\n"
            + "{apiVersion: v1, kind: Service, metadata: {name: a}}\n";
    assertThat(new Admission().admit(FixedWorld.manifests("w.yaml", yaml)).rejected()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name: UPPER | metadata.name | lower-case",
        "name: \"a\\nb\" | metadata.name | lower-case",
        "name: a, namespace: a.b | metadata.namespace | at most 63",
        "name: a, annotations: {policy.sluice.io/audit: 'yes'}"
            + " | metadata.annotations.policy.sluice.io/audit | expected `true` or `false`",
        "name: a, annotations: {policy.sluice.io/dns-reject: NXDOMAIN}"
            + " | metadata.annotations.policy.sluice.io/dns-reject | expected `nxdomain` or",
      })
  void metadata(String metadata, String field, String reason) {
    Rejection rejection =
        only(
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {"
                + metadata
                + "}\nspec: {endpointSelector: {}, ingress: [{}]}");
    assertThat(rejection.field()).isEqualTo(field);
    assertThat(rejection.reason()).contains(reason.replace('`', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "status: {podIP: 10.1} | status.podIP | text",
        "status: {podIP: '10.1'} | status.podIP | IP address in its plain form, found `10.1`",
        "status: {podIP: '010.0.0.1'} | status.podIP | IP address",
        "status: {podIP: 'host.example'} | status.podIP | IP address",
        "status: {podIP: '127.0.0.1'} | status.podIP | unicast IP address",
        "status: {podIP: '224.0.0.1'} | status.podIP | unicast IP address",
        "status: {podIP: '::ffff:10.0.0.1'} | status.podIP | IP address in its plain form",
        "status: {podIP: 'fe80::1%eth0'} | status.podIP | IP address",
        "status: {podIP: '[fd00::1]'} | status.podIP | IP address",
        "status: {podIPs: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]} | status.podIPs | at most one IPv4",
        "spec: {hostNetwork: 'yes'} | spec.hostNetwork | expected true or false",
      })
  void pods(String rest, String field, String reason) {
    Rejection rejection = only("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n" + rest);
    assertThat(rejection.field()).isEqualTo(field);
    assertThat(rejection.reason()).contains(reason.replace('`', '"'));
  }

  @ParameterizedTest
  @CsvSource({"''", "'a b'", "a/b", "'a:b'", "'..'", "abcdefghijklmnop", "\"a\\nb\""})
  void interfaces(String name) {
    Rejection rejection =
        only(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {sluice.io/interface: "
                + (name.startsWith("\"") ? name : "\"" + name + "\"")
                + "}}");
    assertThat(rejection.field()).isEqualTo("metadata.annotations.sluice.io/interface");
    assertThat(rejection.reason()).contains("1 to 15 characters");
  }

  @Test
  void tooManyPortsAndTooLongOrTooDeepPatterns() {
    String port = "{port: '80', protocol: TCP}, ";
    expect(
        "{endpointSelector: {}, ingress: [{toPorts: [{ports: [" + port.repeat(41) + "]}]}]}",
        "spec.ingress[0].toPorts[0].ports",
        "at most 40 ports are allowed, found 41");
    for (String pattern : List.of("a".repeat(4097), "(".repeat(101) + ")".repeat(101))) {
      expect(
          "{endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}],"
              + " rules: {http: [{path: '"
              + pattern
              + "'}]}}]}]}",
          "spec.ingress[0].toPorts[0].rules.http[0].path",
          pattern.startsWith("a") ? "longer than 4096" : "nested deeper than 100");
    }
  }
}
