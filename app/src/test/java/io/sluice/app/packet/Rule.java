package io.sluice.app.packet;

/**
 * What selects a pod of the same name, written for what enters it; the same words the other way
 * around hold for what leaves it.
 */
enum Rule {
  ALLOW(
      """
      ingress:
        - fromEndpoints: [{matchLabels: {app: peer}}]
          toPorts: [{ports: [%s]}]
        - fromEndpoints: [{matchLabels: {app: peer}}]
          icmps: [{fields: [%s]}]
      """
          .formatted(ports("port: \"7001\""), Rule.PING)),
  DENY(
      """
      ingress: [{fromEntities: [all]}]
      ingressDeny:
        - fromEndpoints: [{matchLabels: {app: peer}}]
          toPorts: [{ports: [%1$s]}]
        - fromEndpoints: [{matchLabels: {app: peer}}]
          icmps: [{fields: [%2$s]}]
        - fromEntities: [host]
          toPorts: [{ports: [%1$s]}]
        - fromEntities: [host]
          icmps: [{fields: [%2$s]}]
      """
          .formatted(ports("port: \"7001\""), Rule.PING)),
  DEFAULT_DENY("ingress: [{}]"),
  RANGE(
      """
      ingress:
        - fromEntities: [all]
          toPorts: [{ports: [%s]}]
      """
          .formatted(ports("port: \"7001\", endPort: 7010"))),
  /** Wide enough to hold the cluster's addresses, which a CIDR never means. */
  CIDR(
      """
      ingress:
        - fromCIDRSet:
            - {cidr: 0.0.0.0/0, except: [198.51.100.128/25]}
            - {cidr: "::/0", except: ["2001:db8:9:0:8000::/65"]}
      """),
  WORLD("ingress: [{fromEntities: [world]}]"),
  HOST("ingress: [{fromEntities: [host]}]"),
  REMOTE_NODE("ingress: [{fromEntities: [remote-node]}]"),
  CLUSTER("ingress: [{fromEntities: [cluster]}]"),
  /** Nothing is enforced; the audited policy would refuse everything. */
  AUDIT("", "ingress: [{}]"),
  /** What is enforced allows everything; the audited policy denies one peer. */
  AUDIT_DENY(
      "ingress: [{fromEntities: [all]}]",
      "ingressDeny: [{fromEndpoints: [{matchLabels: {app: peer}}]}]"),
  /** What is enforced allows nothing; the audited policy allows everything. */
  AUDIT_ALLOW("ingress: [{}]", "ingress: [{fromEntities: [all]}]");

  private static final String PING = "{family: IPv4, type: 8}, {family: IPv6, type: 128}";
  private static final String AUDITED = "annotations: {policy.sluice.io/audit: \"true\"}";

  private final String enforced;
  private final String audited;

  Rule(String enforced) {
    this(enforced, "");
  }

  Rule(String enforced, String audited) {
    this.enforced = enforced;
    this.audited = audited;
  }

  /** The name of the pod, its label and its enforced policy; a table writes it so, too. */
  String title() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /** The name of its audited policy. */
  String auditedTitle() {
    return title() + "-rehearsed";
  }

  /** Its policies, as a file of the world. */
  String manifests() {
    return (enforced.isEmpty() ? "" : manifest(title(), "annotations: {}", enforced))
        + (audited.isEmpty() ? "" : manifest(auditedTitle(), AUDITED, audited));
  }

  private String manifest(String name, String annotations, String rules) {
    String other = rules.replace("ingress", "egress").replace("from", "to");
    return """
    ---
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata:
      namespace: default
      name: %s
      %s
    spec:
      endpointSelector: {matchLabels: {app: %s}}
    %s
    %s
    """
        .formatted(name, annotations, title(), rules.indent(2), other.indent(2));
  }

  private static String ports(String port) {
    return "{%1$s, protocol: TCP}, {%1$s, protocol: UDP}, {%1$s, protocol: SCTP}".formatted(port);
  }
}
