/**
 * One file per attack: what it is, where it is described, and the check that refuses it.
 *
 * <p>Starting points: {@link io.sluice.http.guard.Rejected} (what every check throws), {@link
 * io.sluice.http.guard.Octets} (the character classes). All checks are pure functions over bytes.
 *
 * <p>Must not know the parser that calls it, nor Netty.
 */
@NullMarked
package io.sluice.http.guard;

import org.jspecify.annotations.NullMarked;
