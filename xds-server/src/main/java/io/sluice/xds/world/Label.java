package io.sluice.xds.world;

import java.util.Comparator;

/**
 * One label of an endpoint.
 *
 * @param source who says so: {@code k8s}, {@code reserved}, {@code cidr}, {@code cidrgroup} or
 *     {@code fqdn}
 * @param key without the source
 * @param value empty for reserved labels
 */
public record Label(String source, String key, String value) implements Comparable<Label> {
  /** The source of what Kubernetes says of a pod. */
  public static final String KUBERNETES = "k8s";

  /** The source of the labels of special identities. */
  public static final String RESERVED = "reserved";

  /** The source of the labels of ranges; the key is the range, IPv6 with '-' for ':'. */
  public static final String CIDR = "cidr";

  /** The source of the labels of CIDR groups. */
  public static final String CIDR_GROUP = "cidrgroup";

  /** The source of the labels of learned addresses; the key is the selector's name or pattern. */
  public static final String FQDN = "fqdn";

  /** The key of a pod's namespace. */
  public static final String NAMESPACE = "io.kubernetes.pod.namespace";

  /** What the keys of a namespace's own labels begin with. */
  public static final String NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";

  /** The key of the cluster's name. */
  public static final String CLUSTER = "io.cilium.k8s.policy.cluster";

  /** The key of a pod's service account. */
  public static final String SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount";

  private static final Comparator<Label> ORDER =
      Comparator.comparing(Label::source).thenComparing(Label::key).thenComparing(Label::value);

  /** A label that Kubernetes gives. */
  public static Label kubernetes(String key, String value) {
    return new Label(KUBERNETES, key, value);
  }

  @Override
  public int compareTo(Label other) {
    return ORDER.compare(this, other);
  }

  /** Returns {@code source:key=value}, or {@code source:key} if the value is empty. */
  @Override
  public String toString() {
    return value.isEmpty() ? source + ":" + key : source + ":" + key + "=" + value;
  }
}
