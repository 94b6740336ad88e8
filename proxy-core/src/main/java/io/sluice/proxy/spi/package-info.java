/**
 * Where the stages meet: all that a protocol module sees of the core, beside {@code policy}.
 *
 * <p>Starting points: {@link io.sluice.proxy.spi.ProtocolFilter}, {@link
 * io.sluice.proxy.spi.Connection}, {@link io.sluice.proxy.spi.Upstream}.
 *
 * <p>Must not know any stage.
 */
@NullMarked
package io.sluice.proxy.spi;

import org.jspecify.annotations.NullMarked;
