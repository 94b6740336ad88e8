/**
 * Takes queries in: datagrams that the kernel steered here, or ordinary ones.
 *
 * <p>Starting point: {@link io.sluice.dns.listen.UdpFront}. Queries over TCP come the way of every
 * steered connection and meet {@link io.sluice.dns.relay.TcpRelay}.
 *
 * <p>Must not know what a message says.
 */
@NullMarked
package io.sluice.dns.listen;

import org.jspecify.annotations.NullMarked;
