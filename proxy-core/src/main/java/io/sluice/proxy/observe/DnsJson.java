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

  DnsJson(JsonBytes out) {
    this.out = out;
  }

  /** Writes the {@code dns} object. */
  void write(DnsRecord dns) {
    out.raw("{\"query\":").string(dns.query(), MAX_NAME);
    if (dns.answered()) {
      list(",\"ips\":[", dns.addresses(), MAX_ADDRESSES);
      out.raw(",\"ttl\":").number(dns.ttlSeconds());
      list(",\"cnames\":[", dns.aliases(), MAX_ALIASES);
    }
    out.raw(",\"observation_source\":\"proxy\"");
    if (dns.code() >= 0) {
      out.raw(",\"rcode\":").number(dns.code());
    }
    list(",\"qtypes\":[", List.of(dns.type()), 1);
    if (dns.answered()) {
      list(",\"rrtypes\":[", dns.types(), MAX_TYPES);
    }
    out.raw("}");
  }

  /** Writes the inside of the summary string; a client that is given no code has no answer. */
  void summary(DnsRecord dns, boolean reply) {
    if (!reply || dns.code() < 0) {
      out.raw("DNS Query ");
      question(dns);
      return;
    }
    out.raw("DNS Answer ");
    if (dns.code() != 0) {
      out.raw("RCode: ");
      out.raw(dns.code() < CODES.size() ? CODES.get(dns.code()) : Integer.toString(dns.code()));
    } else {
      joined("\\\"", dns.addresses(), MAX_ADDRESSES);
      joined(
          dns.addresses().isEmpty() ? "CNAMEs: \\\"" : " CNAMEs: \\\"", dns.aliases(), MAX_ALIASES);
    }
    out.raw(" TTL: ").number(dns.ttlSeconds()).raw(" (Proxy ");
    question(dns);
    out.raw(")");
  }

  private void question(DnsRecord dns) {
    out.text(dns.query(), MAX_NAME).raw(" ").text(dns.type(), MAX_TYPE);
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
