/**
 * From resources to the snapshot: read strictly, cut into disjoint ranges of ports, and decided in
 * advance for each class of peers, so that nothing is left to walk when a connection comes.
 *
 * <p>Starting point: {@link io.sluice.proxy.policy.compile.PolicyCompiler}; then, in the order of
 * the way, {@code ResourceReader}, {@code EndpointCompiler}, {@code RangeCompiler}.
 *
 * <p>Pure: no sockets, no Netty, no protocol. Known only to whoever receives the resources, never
 * to a stage of the way.
 */
@NullMarked
package io.sluice.proxy.policy.compile;

import org.jspecify.annotations.NullMarked;
