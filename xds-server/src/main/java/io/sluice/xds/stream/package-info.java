/**
 * The ADS server: resources go to every subscribed proxy, state of the world, and come back
 * accepted or refused.
 *
 * <p>Starting points: {@link io.sluice.xds.stream.DiscoveryService}, {@link
 * io.sluice.xds.stream.DiscoveryServer}.
 *
 * <p>Knows gRPC and opaque resources by type. Must not know what is in them.
 */
@NullMarked
package io.sluice.xds.stream;

import org.jspecify.annotations.NullMarked;
