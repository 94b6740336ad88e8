package io.sluice.proxy.spi;

import java.time.Duration;

/**
 * The bounds that a peer's traffic meets; the defaults are those of the agent's contract, section
 * 3.
 *
 * <p>Pipelined requests need no bound of their own: while one is in flight, reading stops as soon
 * as a byte waits behind it, so that two reads are held at most.
 *
 * @param requestLineBytes longest request line, else 414
 * @param headerBytes longest header section, else 431
 * @param headerFields most header fields, else 431
 * @param headerTimeout time to complete a header section, else 408
 * @param drainBytes bytes of a denied request's body read before the connection is closed instead
 * @param idleTimeout time without any byte, both ways
 * @param connectTimeout time to reach the original destination
 * @param connectionsPerEndpoint most open connections of one endpoint and direction
 * @param connections most open connections in all
 */
public record Limits(
    int requestLineBytes,
    int headerBytes,
    int headerFields,
    Duration headerTimeout,
    int drainBytes,
    Duration idleTimeout,
    Duration connectTimeout,
    int connectionsPerEndpoint,
    int connections) {

  /** The defaults. */
  public static final Limits DEFAULTS =
      new Limits(
          16 * 1024,
          64 * 1024,
          200,
          Duration.ofSeconds(10),
          64 * 1024,
          Duration.ofHours(1),
          Duration.ofSeconds(10),
          4_000,
          8_000);
}
