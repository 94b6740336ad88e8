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
 */
record Party(
    String name, List<Label> labels, @Nullable Address outside, @Nullable Map<String, Object> pod) {

  boolean is(String reserved) {
    return labels.contains(Label.reserved(reserved));
  }
}
