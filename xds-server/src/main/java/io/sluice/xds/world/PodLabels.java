package io.sluice.xds.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the labels that a pod's identity stands for: its own without those that never take part,
 * and those that its namespace, account and cluster give it. A pod's author can't write the latter.
 */
public final class PodLabels {
  /** The label that the API server gives every namespace. */
  private static final String NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

  private static final List<String> KEPT =
      List.of(
          Label.NAMESPACE,
          Label.NAMESPACE_LABELS,
          Label.CLUSTER,
          Label.SERVICE_ACCOUNT,
          "app.kubernetes.io");

  private static final List<String> DROPPED =
      List.of(
          "io.kubernetes",
          "kubernetes.io",
          "k8s.io",
          "pod-template-hash",
          "pod-template-generation",
          "controller-revision-hash",
          "controller-uid",
          "statefulset.kubernetes.io/pod-name",
          "apps.kubernetes.io/pod-index",
          "batch.kubernetes.io/job-completion-index",
          "annotation.",
          "etcd_node",
          "topology.kubernetes.io");

  private PodLabels() {}

  /** What every pod of the named cluster satisfies and nothing else does. */
  public static Requirement inCluster(String name) {
    return Requirement.equal(Label.KUBERNETES, Label.CLUSTER, name);
  }

  /** The labels of one pod. */
  public static Labels of(Pod pod, World world) {
    List<Label> labels = new ArrayList<>();
    for (Map.Entry<String, String> label : pod.labels().entrySet()) {
      if (!derived(label.getKey()) && !dropped(label.getKey())) {
        labels.add(Label.kubernetes(label.getKey(), label.getValue()));
      }
    }
    labels.add(Label.kubernetes(Label.NAMESPACE, pod.namespace()));
    labels.add(Label.kubernetes(Label.CLUSTER, world.localCluster()));
    labels.add(Label.kubernetes(Label.SERVICE_ACCOUNT, pod.serviceAccount()));
    Namespace ofNamespace = world.namespaces().get(pod.namespace());
    if (ofNamespace != null) {
      for (Map.Entry<String, String> label : ofNamespace.labels().entrySet()) {
        if (!label.getKey().equals(NAMESPACE_NAME_LABEL)) {
          labels.add(Label.kubernetes(Label.NAMESPACE_LABELS + label.getKey(), label.getValue()));
        }
      }
    }
    labels.add(Label.kubernetes(Label.NAMESPACE_LABELS + NAMESPACE_NAME_LABEL, pod.namespace()));
    return Labels.of(labels);
  }

  /** Whether a label of that key is given, so that a pod's own label of that key counts nothing. */
  public static boolean derived(String key) {
    return key.equals(Label.NAMESPACE)
        || key.equals(Label.CLUSTER)
        || key.equals(Label.SERVICE_ACCOUNT)
        || key.startsWith(Label.NAMESPACE_LABELS);
  }

  /** Whether a label of that key never takes part in identity. */
  public static boolean dropped(String key) {
    if (KEPT.stream().anyMatch(key::startsWith)) {
      return false;
    }
    return DROPPED.stream().anyMatch(key::startsWith) || key.contains("beta.kubernetes.io");
  }
}
