/**
 * Bytes become one message with one reading, or are refused.
 *
 * <p>Starting points: {@link io.sluice.http.codec.RequestParser} (head of a request, canonical
 * form), {@link io.sluice.http.codec.ResponseParser}, {@link io.sluice.http.codec.Body} (framing,
 * proved while the bytes pass), {@link io.sluice.http.codec.DescribedRequest} (a request in words,
 * for questions about policies). The checks themselves are in {@code guard}.
 *
 * <p>Knows {@code io.netty.buffer} and nothing else of Netty; must not know rules, verdicts or
 * connections.
 */
@NullMarked
package io.sluice.http.codec;

import org.jspecify.annotations.NullMarked;
