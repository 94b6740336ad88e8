package io.sluice.app.naive;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One end of a question.
 *
 * @param labels those of its identity
 * @param outside its address, if it is one outside the cluster
 * @param pod its manifest, if it is a pod whose traffic is enforced
 * @param node whether it is a node whose own policies are asked
 */
record Party(
    String name,
    List<Label> labels,
    @Nullable Address outside,
    @Nullable Map<String, Object> pod,
    boolean node) {

  Party(
      String name,
      List<Label> labels,
      @Nullable Address outside,
      @Nullable Map<String, Object> pod) {
    this(name, labels, outside, pod, false);
  }

  boolean is(String reserved) {
    return labels.contains(Label.reserved(reserved));
  }
}
