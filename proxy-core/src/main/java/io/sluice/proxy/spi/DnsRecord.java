package io.sluice.proxy.spi;

import java.util.List;

/** The DNS part of a flow. */
public non-sealed interface DnsRecord extends RequestRecord {

  /** The name asked for, with its final dot; empty if it could not be parsed. */
  String query();

  /** The mnemonic of the type asked for, such as {@code AAAA} or {@code TYPE4711}. */
  String type();

  /** The response code that the client was given, 0..15; -1 if none, or not yet. */
  int code();

  /** Whether it has the server's answer; if not, nothing below says anything. */
  boolean answered();

  /** The addresses that were given for the name. */
  List<String> addresses();

  /** The names that it is an alias of, in their order. */
  List<String> aliases();

  /** The mnemonics of the records' types, in the answer's order. */
  List<String> types();

  /** The least TTL of the addresses, in seconds. */
  long ttlSeconds();
}
