/**
 * DNS messages: strict, bounded reading of what clients ask and servers answer (RFC 1035, 6891).
 * The bytes themselves are kept, because they are what goes on; nothing is ever written anew.
 *
 * <p>Starting points: {@link io.sluice.dns.codec.Received} (what a client may have sent), {@link
 * io.sluice.dns.codec.Answer} (what a server may have).
 *
 * <p>Pure: knows names, no Netty, no policy, no relay.
 */
@NullMarked
package io.sluice.dns.codec;

import org.jspecify.annotations.NullMarked;
