/**
 * From the world to what each endpoint enforces: which rules select it, which identities they mean,
 * what rules about the same peers and ports mean together, and what would be enforced if nothing
 * were audited.
 *
 * <p>Starting points: {@link io.sluice.xds.resolve.Resolver}, {@link
 * io.sluice.xds.resolve.DirectionRules}, {@link io.sluice.xds.resolve.EndpointRules}.
 *
 * <p>Pure: opens nothing. Remembers what it worked out, so that a change costs what it concerns.
 * Must not know protobufs or who asks.
 */
@NullMarked
package io.sluice.xds.resolve;

import org.jspecify.annotations.NullMarked;
