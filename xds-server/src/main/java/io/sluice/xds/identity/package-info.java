/**
 * Who is who: every label set and every range that rules can tell apart has a number, every address
 * at most one owner.
 *
 * <p>Starting points: {@link io.sluice.xds.identity.Identities}, {@link
 * io.sluice.xds.identity.Identity}.
 *
 * <p>Pure: opens nothing. Must not know what policies mean (only which ranges they mention), or
 * protobufs.
 */
@NullMarked
package io.sluice.xds.identity;

import org.jspecify.annotations.NullMarked;
