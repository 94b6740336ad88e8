/**
 * Manifests become a checked {@link io.sluice.xds.world.World}, or rejections that name the field.
 *
 * <p>Starting points: {@link io.sluice.xds.crd.Admission} (what is in force), then the policy
 * language in {@code policy}, the objects that it speaks of in {@code cluster}, and what people
 * write when they mean something else in {@code lint}.
 *
 * <p>Pure: opens nothing. Must not know identities, protobufs or who asks.
 */
@NullMarked
package io.sluice.xds.crd;

import org.jspecify.annotations.NullMarked;
