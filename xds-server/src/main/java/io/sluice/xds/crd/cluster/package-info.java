/**
 * The objects that policies speak of: pods, nodes, namespaces, services and CIDR groups. Of those
 * that Kubernetes writes only what decisions depend on is read.
 *
 * <p>Starting point: {@link io.sluice.xds.crd.cluster.PodParser}.
 *
 * <p>Must not know policies.
 */
@NullMarked
package io.sluice.xds.crd.cluster;

import org.jspecify.annotations.NullMarked;
