/**
 * The immutable policy of every local endpoint, and the decision: who may connect, and which
 * request may pass.
 *
 * <p>Starting points: {@link io.sluice.proxy.policy.PolicySnapshot}, {@link
 * io.sluice.proxy.policy.PeerPolicy}, {@link io.sluice.proxy.policy.Permit}.
 *
 * <p>Rests on {@link io.sluice.proxy.policy.rule}, what a protocol module brings; is made by {@code
 * compile}, which it does not know. Pure: no sockets, no Netty, no protocol. Must not know any
 * stage of the way, nor {@code spi}.
 */
@NullMarked
package io.sluice.proxy.policy;

import org.jspecify.annotations.NullMarked;
