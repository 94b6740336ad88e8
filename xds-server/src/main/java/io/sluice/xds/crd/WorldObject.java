package io.sluice.xds.crd;

import java.util.SortedMap;

/** An object of the world that has been accepted. */
sealed interface WorldObject {

  /** A living pod. */
  record OfPod(Pod pod) implements WorldObject {}

  /** A node. */
  record OfNode(Node node) implements WorldObject {}

  /** A namespace, of which only the labels matter. */
  record OfNamespace(String name, SortedMap<String, String> labels) implements WorldObject {}

  /** A policy. */
  record OfPolicy(Policy policy) implements WorldObject {}

  /** Accepted, but no part of the world, such as a pod that has ended. */
  record Nothing() implements WorldObject {}
}
