package io.sluice.xds.crd;

import io.sluice.xds.crd.cluster.EndpointSlice;
import io.sluice.xds.world.CidrGroup;
import io.sluice.xds.world.Namespace;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Service;

/** An object of the world that has been accepted. */
sealed interface WorldObject {

  /** A living pod. */
  record OfPod(Pod pod) implements WorldObject {}

  /** A node. */
  record OfNode(Node node) implements WorldObject {}

  /** A namespace. */
  record OfNamespace(Namespace namespace) implements WorldObject {}

  /** A service, without what its slices say. */
  record OfService(Service service) implements WorldObject {}

  /** A part of a service. */
  record OfSlice(EndpointSlice slice) implements WorldObject {}

  /** A CIDR group. */
  record OfCidrGroup(CidrGroup group) implements WorldObject {}

  /** A policy. */
  record OfPolicy(Policy policy) implements WorldObject {}

  /** Accepted, but no part of the world, such as a pod that has ended. */
  record Nothing() implements WorldObject {}
}
