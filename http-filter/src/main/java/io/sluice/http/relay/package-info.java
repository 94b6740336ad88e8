/**
 * Forwards what was judged, one request at a time, and the answers to it.
 *
 * <p>Starting points: {@link io.sluice.http.relay.HttpRelay} (the client's side), {@link
 * io.sluice.http.relay.ServerSide} (the server's side), {@link io.sluice.http.relay.Exchange} (a
 * request and its answer).
 *
 * <p>Must not know how a message is parsed or a rule is matched.
 */
@NullMarked
package io.sluice.http.relay;

import org.jspecify.annotations.NullMarked;
