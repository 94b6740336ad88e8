/**
 * Turns a refusal into bytes and does nothing else.
 *
 * <p>Starting point: {@link io.sluice.http.deny.Answer}.
 *
 * <p>Must not know the relay, the policy's content or any configuration.
 */
@NullMarked
package io.sluice.http.deny;

import org.jspecify.annotations.NullMarked;
