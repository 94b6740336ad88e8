package io.sluice.xds.resolve;

import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pods of this node: those whose host-side interface is known, each of them once.
 *
 * @param pods ordered by namespace and name
 * @param warnings about pods that can't be enforced as they are
 */
record LocalPods(List<Pod> pods, List<Warning> warnings) {

  static LocalPods of(World world) {
    LocalPods local = new LocalPods(new ArrayList<>(), new ArrayList<>());
    Map<String, Pod> interfaces = new HashMap<>();
    for (Pod pod : world.pods()) {
      if (!pod.hostInterface().isEmpty() && !pod.hostNetwork()) {
        local.add(pod, interfaces);
      }
    }
    return local;
  }

  /**
   * Adds a pod whose interface is still free. One without an address is an endpoint too: the proxy
   * can't look its policy up and denies, which is safer than leaving its interface alone.
   */
  private void add(Pod pod, Map<String, Pod> interfaces) {
    Pod other = interfaces.putIfAbsent(pod.hostInterface(), pod);
    if (other != null) {
      warn(
          pod,
          "names the interface "
              + pod.hostInterface()
              + " of the pod "
              + other.fullName()
              + ", whose policy is enforced there; give each pod its own interface");
      return;
    }
    if (pod.addresses().isEmpty()) {
      warn(
          pod,
          "has no address in status.podIPs, so whatever a policy enforces for it is denied; name"
              + " its addresses");
    }
    pods.add(pod);
  }

  private void warn(Pod pod, String reason) {
    warnings.add(new Warning(pod.source(), "", "pod " + pod.fullName() + " " + reason));
  }
}
