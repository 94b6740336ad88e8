package io.sluice.proxy.spi;

/**
 * What a flow says of a request or its answer in the terms of its protocol. What it returns is as
 * it came and must be escaped by whoever writes it; it is read off the event loop.
 */
public sealed interface RequestRecord permits HttpRecord, DnsRecord {

  /** How many bytes it keeps alive until it is written: what waits is bounded by their sum. */
  int length();
}
