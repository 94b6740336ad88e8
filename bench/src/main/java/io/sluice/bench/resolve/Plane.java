package io.sluice.bench.resolve;

import com.google.protobuf.Any;
import io.sluice.xds.crd.Admission;
import io.sluice.xds.resolve.Resolver;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.translate.Resources;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.List;

/** The control plane without its streams: from manifests to the resources of one node. */
final class Plane {
  private final Admission admission = new Admission();
  private final Resolver resolver = new Resolver();
  private final Resources resources = new Resources();
  private final List<Manifest> manifests = LargeCluster.manifests();

  /** Gives a pod another label; which one depends on how many changes there were. */
  void relabelPod(int changes) {
    int pod =
        changes * 7_919 % LargeCluster.PODS; // a prime, so that all namespaces have their turn
    manifests.set(LargeCluster.FIRST_POD + pod, LargeCluster.pod(pod, "v" + changes));
  }

  /** Opens another port in a policy. */
  void editPolicy(int changes) {
    int policy = changes % LargeCluster.NAMESPACES;
    manifests.set(
        LargeCluster.FIRST_POLICY + policy,
        LargeCluster.policy(policy, String.valueOf(1_024 + changes % 60_000)));
  }

  /** The valid objects of the manifests as they are now. */
  World admit() {
    Admission.Result admitted = admission.admit(manifests);
    if (!admitted.rejected().isEmpty()) {
      throw new IllegalStateException(admitted.rejected().getFirst().toString());
    }
    return admitted.world();
  }

  /** Everything that a proxy would be sent of a world. */
  List<Any> resources(World world) {
    resolver.update(world, Settings.defaults(LargeCluster.NODE));
    List<Any> all = new ArrayList<>(resources.hosts(resolver.identities().all()));
    all.addAll(resources.policies(resolver.local(new ArrayList<>())));
    return all;
  }
}
