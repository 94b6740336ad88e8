/**
 * The immutable compiled policy of every local endpoint, and the decision: who may connect, and
 * which request may pass.
 *
 * <p>Starting points: {@link io.sluice.proxy.policy.PolicySnapshot}, {@link
 * io.sluice.proxy.policy.PeerPolicy}, {@link io.sluice.proxy.policy.Permit}.
 *
 * <p>Pure: knows no sockets, no Netty, no protocol. A protocol module brings its own rules as a
 * {@link io.sluice.proxy.policy.RuleCompiler}. Must not know any stage of the way, nor {@code spi}.
 */
@NullMarked
package io.sluice.proxy.policy;

import org.jspecify.annotations.NullMarked;
