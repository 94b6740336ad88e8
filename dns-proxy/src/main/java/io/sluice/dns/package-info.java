/**
 * DNS: which names may be asked for, by every transport, and which addresses they gave.
 *
 * <p>Starting point: {@link io.sluice.dns.DnsFilter} for TCP, {@link io.sluice.dns.listen.UdpFront}
 * for UDP; both hand their queries to {@link io.sluice.dns.relay.DnsRelay}.
 */
@NullMarked
package io.sluice.dns;

import org.jspecify.annotations.NullMarked;
