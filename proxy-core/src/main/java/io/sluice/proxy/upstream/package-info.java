/**
 * The last stage: the connection to the original destination, and the only way out of the proxy.
 *
 * <p>Starting points: {@link io.sluice.proxy.upstream.Upstreams}, {@link
 * io.sluice.proxy.upstream.UpstreamConnection}.
 *
 * <p>Must not know what it carries, nor any other stage. Every opening and every write demands a
 * {@link io.sluice.proxy.policy.Permit}.
 */
@NullMarked
package io.sluice.proxy.upstream;

import org.jspecify.annotations.NullMarked;
