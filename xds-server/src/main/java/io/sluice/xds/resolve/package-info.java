/**
 * From the world to what each local endpoint enforces: which rules select it, and which identities
 * they mean.
 *
 * <p>Starting points: {@link io.sluice.xds.resolve.Resolver}, {@link
 * io.sluice.xds.resolve.EndpointRules}.
 *
 * <p>Pure: opens nothing, remembers nothing. Must not know protobufs or who asks.
 */
@NullMarked
package io.sluice.xds.resolve;

import org.jspecify.annotations.NullMarked;
