/**
 * The node's end of the policy's way: subscribes to the control plane and puts what it sends in
 * force.
 *
 * <p>Starting point: {@link io.sluice.proxy.xds.PolicySubscription}.
 *
 * <p>Knows the discovery protocol and hands resources to {@code policy}; must not know what they
 * mean, nor any other stage, nor how the channel to the control plane is made.
 */
@NullMarked
package io.sluice.proxy.xds;

import org.jspecify.annotations.NullMarked;
