/**
 * Turns a refusal or a failure into the message that the client gets, and does nothing else.
 *
 * <p>Starting point: {@link io.sluice.dns.deny.Reply}.
 *
 * <p>Pure: must not know policy, configuration, Netty or the relay.
 */
@NullMarked
package io.sluice.dns.deny;

import org.jspecify.annotations.NullMarked;
