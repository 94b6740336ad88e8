package io.sluice.app.judge;

import io.sluice.xds.crd.Admission;
import io.sluice.xds.crd.Rejection;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Objects as the control plane would take them, all at once and without any past: what is rejected
 * is not there. One can be the beginning of several others, which then parse only what they add.
 */
public final class PolicySet {
  private static final Set<String> CLUSTER_KINDS =
      Set.of("Pod", "Node", "Namespace", "Service", "EndpointSlice");

  private final Admission admission;
  private final List<Manifest> manifests;
  private final Admission.Result admitted;

  private PolicySet(Admission admission, List<Manifest> manifests) {
    this.admission = admission;
    this.manifests = manifests;
    this.admitted = admission.admit(manifests);
  }

  /**
   * No objects.
   *
   * @param localCluster the name of the cluster that objects will be of
   */
  public static PolicySet of(String localCluster) {
    return new PolicySet(new Admission(localCluster), List.of());
  }

  /** These objects and more. */
  public PolicySet with(List<Manifest> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Manifest> all = new ArrayList<>(manifests);
    all.addAll(more);
    return new PolicySet(admission.copy(), List.copyOf(all));
  }

  /** The objects in force. */
  public World world() {
    return admitted.world();
  }

  /** The policies, and parts of policies, that were rejected, in the order of the manifests. */
  public List<Rejection> rejected() {
    return admitted.rejected().stream()
        .filter(each -> !CLUSTER_KINDS.contains(each.kind()))
        .toList();
  }

  /** The objects that are no policies and were rejected, in the order of the manifests. */
  public List<Rejection> rejectedObjects() {
    return admitted.rejected().stream()
        .filter(each -> CLUSTER_KINDS.contains(each.kind()))
        .toList();
  }

  /** What is in force but probably not what was meant. */
  public List<Warning> warnings() {
    return admitted.warnings();
  }
}
