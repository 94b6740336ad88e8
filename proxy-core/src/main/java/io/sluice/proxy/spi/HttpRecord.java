package io.sluice.proxy.spi;

import java.util.function.BiConsumer;

/**
 * The HTTP part of a flow. Implementations keep a copy of the head and read it when asked, off the
 * event loop; what they return is as it came and must be escaped by whoever writes it.
 */
public non-sealed interface HttpRecord extends RequestRecord {

  /** The status code; 0 in a request's record. */
  int code();

  /** The method, or empty if it could not be parsed. */
  String method();

  /** The whole URL, {@code http://host/path?query}, or what could be parsed of it. */
  String url();

  /** {@code HTTP/1.1} and the like. */
  String protocol();

  /** Gives each header line in order, name as received. */
  void headers(BiConsumer<String, String> each);

  /** Gives each header that rules wanted and that was not there with that value. */
  default void missingHeaders(BiConsumer<String, String> each) {}

  /** Gives each header of the client that rules removed. */
  default void rejectedHeaders(BiConsumer<String, String> each) {}
}
