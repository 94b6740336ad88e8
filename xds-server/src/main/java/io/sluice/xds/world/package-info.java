/**
 * The objects that a decision depends on, as values: pods, namespaces, services, nodes, CIDR
 * groups, and policies in the words of the policy language.
 *
 * <p>Starting points: {@link io.sluice.xds.world.World}, {@link io.sluice.xds.world.Policy}.
 *
 * <p>Must not know manifests (that is {@code crd}), identities, or who asks.
 */
@NullMarked
package io.sluice.xds.world;

import org.jspecify.annotations.NullMarked;
