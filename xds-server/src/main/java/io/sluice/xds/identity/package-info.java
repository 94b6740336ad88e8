/**
 * Who is who: every label set has a number, every address an owner.
 *
 * <p>Starting points: {@link io.sluice.xds.identity.IdentityAllocator}, {@link
 * io.sluice.xds.identity.Identities}.
 *
 * <p>Pure: opens nothing. Must not know policies or protobufs.
 */
@NullMarked
package io.sluice.xds.identity;

import org.jspecify.annotations.NullMarked;
