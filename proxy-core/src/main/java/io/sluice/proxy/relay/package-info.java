/**
 * Carries bytes that need no judgement of their own: tunnels, and connections without L7 rules.
 *
 * <p>Starting points: {@link io.sluice.proxy.relay.ByteTunnel}, {@link
 * io.sluice.proxy.relay.RelayHandler}.
 *
 * <p>Must not know what the bytes are, nor any other stage.
 */
@NullMarked
package io.sluice.proxy.relay;

import org.jspecify.annotations.NullMarked;
