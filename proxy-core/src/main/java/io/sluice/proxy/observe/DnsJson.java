package io.sluice.proxy.observe;

import io.sluice.proxy.spi.DnsRecord;
import java.util.List;

/** Writes the DNS part of a flow, cut at a bound whatever a server answers. For one thread. */
final class DnsJson {
  private static final int MAX_NAME = 1024; // 255 bytes, each escaped as \DDD
  private static final int MAX_TYPE = 16;
  private static final int MAX_ADDRESSES = 100;
  private static final int MAX_ALIASES = 16;
  private static final int MAX_TYPES = 100;

  // Hubble's words for the codes.
  private static final List<String> CODES =
      List.of(
          "No Error",
          "Format Error",
          "Server Failure",
          "Non-Existent Domain",
          "Not Implemented",
          "Query Refused");

  private final JsonBytes out;
  private String query = "";
  private String type = "";
  private boolean answered;
  private int code;
  private List<String> addresses = List.of();
  private List<String> aliases = List.of();
  private List<String> types = List.of();
  private long ttlSeconds;

  DnsJson(JsonBytes out) {
    this.out = out;
  }

  /** Takes over what is to be written. */
  void read(DnsRecord dns) {
    query = dns.query();
    type = dns.type();
    answered = dns.answered();
    code = dns.code();
    addresses = dns.addresses();
    aliases = dns.aliases();
    types = dns.types();
    ttlSeconds = dns.ttlSeconds();
  }

  /** Writes the {@code dns} object. */
  void write() {
    out.raw("{\"query\":").string(query, MAX_NAME);
    if (answered) {
      list(",\"ips\":[", addresses, MAX_ADDRESSES);
      out.raw(",\"ttl\":").number(ttlSeconds);
      list(",\"cnames\":[", aliases, MAX_ALIASES);
    }
    out.raw(",\"observation_source\":\"proxy\"");
    if (code >= 0) {
      out.raw(",\"rcode\":").number(code);
    }
    list(",\"qtypes\":[", List.of(type), 1);
    if (answered) {
      list(",\"rrtypes\":[", types, MAX_TYPES);
    }
    out.raw("}");
  }

  /** Writes the inside of the summary string; a client that is given no code has no answer. */
  void summary(boolean reply) {
    if (!reply || code < 0) {
      out.raw("DNS Query ");
      question();
      return;
    }
    out.raw("DNS Answer ");
    if (code != 0) {
      out.raw("RCode: ");
      out.raw(code < CODES.size() ? CODES.get(code) : Integer.toString(code));
    } else {
      joined("\\\"", addresses, MAX_ADDRESSES);
      joined(addresses.isEmpty() ? "CNAMEs: \\\"" : " CNAMEs: \\\"", aliases, MAX_ALIASES);
    }
    out.raw(" TTL: ").number(ttlSeconds).raw(" (Proxy ");
    question();
    out.raw(")");
  }

  private void question() {
    out.text(query, MAX_NAME).raw(" ").text(type, MAX_TYPE);
  }

  private void list(String start, List<String> values, int most) {
    out.raw(start);
    for (int i = 0; i < Math.min(values.size(), most); i++) {
      out.raw(i == 0 ? "" : ",").string(values.get(i), MAX_NAME);
    }
    out.raw("]");
  }

  private void joined(String start, List<String> values, int most) {
    for (int i = 0; i < Math.min(values.size(), most); i++) {
      out.raw(i == 0 ? start : ",").text(values.get(i), MAX_NAME);
    }
    out.raw(values.isEmpty() ? "" : "\\\"");
  }
}
