package io.sluice.app.agent;

import io.sluice.app.exit.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of the world's nodes this one is (agent contract, section 1). */
final class NodeName {
  private NodeName() {}

  /**
   * Chooses: the one asked for, else the one named like the host, else the only one.
   *
   * @throws Refusal naming the choices
   */
  static String choose(@Nullable String asked, String host, List<String> nodes) throws Refusal {
    if (nodes.isEmpty()) {
      throw Refusal.usage("the world has no Node: add the manifest of this one");
    }
    String choices = String.join(", ", nodes);
    if (asked != null) {
      if (!nodes.contains(asked)) {
        throw Refusal.usage("--node " + asked + ": the world has no such Node, only " + choices);
      }
      return asked;
    }
    if (nodes.contains(host)) {
      return host;
    }
    if (nodes.size() == 1) {
      return nodes.getFirst();
    }
    throw Refusal.usage("--node is needed: the world has the Nodes " + choices);
  }
}
