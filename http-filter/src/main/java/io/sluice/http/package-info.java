/**
 * HTTP/1.1 enforcement: parse strictly, judge each request, forward exactly what was judged.
 *
 * <p>Starting point: {@link io.sluice.http.HttpFilter}. The way of a request: {@code codec} (bytes
 * become one head with one reading) → {@code match} (the rules) → {@code deny} or {@code relay}.
 * {@code guard} holds one file per attack, used by {@code codec}.
 *
 * <p>Must not know how connections are accepted, how upstreams are opened, or where policies come
 * from.
 */
@NullMarked
package io.sluice.http;

import org.jspecify.annotations.NullMarked;
