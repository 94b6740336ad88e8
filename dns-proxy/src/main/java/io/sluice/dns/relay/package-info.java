/**
 * Carries queries to the server that the client chose, and the answers back: judged, matched,
 * learned from, and in time.
 *
 * <p>Starting points: {@link io.sluice.dns.relay.DnsRelay} (a query's way, whatever carries it),
 * {@link io.sluice.dns.relay.Inquiry} (its life), {@link io.sluice.dns.relay.UdpUpstreams} and
 * {@link io.sluice.dns.relay.TcpRelay} (the two ways to a server).
 *
 * <p>Must not know how sockets that receive queries are made, nor how what was learned is kept.
 */
@NullMarked
package io.sluice.dns.relay;

import org.jspecify.annotations.NullMarked;
