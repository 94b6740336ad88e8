package io.sluice.proxy.observe;

import io.sluice.proxy.spi.HttpRecord;

/**
 * Writes the HTTP part of a flow: headers by name, credentials redacted, everything cut at a bound
 * that keeps a line below 300 KiB whatever a peer sends. For one thread.
 */
final class HttpJson {
  private static final int MAX_URL = 4096;
  private static final int MAX_METHOD = 64;
  private static final int MAX_HEADER_NAME = 256;
  private static final int MAX_HEADER_VALUE = 1024;
  private static final int MAX_HEADERS = 200;
  private static final int MAX_HEADER_CHARS = 16 * 1024;

  private final JsonBytes out;
  private final Redaction redaction;
  private final String[] names = new String[MAX_HEADERS];
  private final String[] values = new String[MAX_HEADERS];
  private int count;
  private int chars;
  private int code;
  private String method = "";
  private String url = "";
  private String protocol = "";

  HttpJson(JsonBytes out, Redaction redaction) {
    this.out = out;
    this.redaction = redaction;
  }

  /** Takes over what is to be written. */
  void read(HttpRecord http) {
    code = http.code();
    method = http.method();
    url = redaction.url(http.url());
    protocol = http.protocol();
    count = 0;
    chars = 0;
    http.headers(this::add);
  }

  /** Writes the {@code http} object. */
  void write() {
    out.raw("{");
    if (code != 0) {
      out.raw("\"code\":").number(code).raw(",");
    }
    out.raw("\"method\":").string(method, MAX_METHOD);
    out.raw(",\"url\":").string(url, MAX_URL);
    out.raw(",\"protocol\":").string(protocol, MAX_METHOD);
    out.raw(",\"headers\":[");
    for (int i = 0; i < count; i++) {
      out.raw(i == 0 ? "{\"key\":" : ",{\"key\":").string(names[i], MAX_HEADER_NAME);
      out.raw(",\"value\":").string(values[i], MAX_HEADER_VALUE).raw("}");
    }
    out.raw("]}");
  }

  /** Writes the inside of the summary string. */
  void summary(boolean reply, long latencyNanos, int maxUrl) {
    out.text(protocol, MAX_METHOD).raw(" ");
    if (reply) {
      out.number(code).raw(" ").number(latencyNanos / 1_000_000).raw("ms (");
    }
    out.text(method, MAX_METHOD).raw(" ").text(url, maxUrl);
    if (reply) {
      out.raw(")");
    }
  }

  /** Writes what rules wanted of headers and removed of them, if they did, as two lists. */
  void notes(HttpRecord http) {
    count = 0;
    chars = 0;
    http.missingHeaders((name, value) -> note(",\"missingHeaders\":[", name, value));
    out.raw(count == 0 ? "" : "]");
    count = 0;
    http.rejectedHeaders((name, value) -> note(",\"rejectedHeaders\":[", name, value));
    out.raw(count == 0 ? "" : "]");
  }

  private void note(String start, String name, String value) {
    if (fits(name, value)) {
      out.raw(count++ == 0 ? start : ",");
      out.raw("{\"key\":").string(name, MAX_HEADER_NAME).raw(",\"value\":");
      out.string(redaction.header(name, value), MAX_HEADER_VALUE).raw("}");
    }
  }

  /** Inserts by name; few headers come, mostly in no order, and one array is enough. */
  private void add(String name, String value) {
    String shown = redaction.header(name, value);
    if (!fits(name, shown)) {
      return;
    }
    int at = count++;
    for (; at > 0 && names[at - 1].compareTo(name) > 0; at--) {
      names[at] = names[at - 1];
      values[at] = values[at - 1];
    }
    names[at] = name;
    values[at] = shown;
  }

  private boolean fits(String name, String value) {
    int cost =
        Math.min(name.length(), MAX_HEADER_NAME) + Math.min(value.length(), MAX_HEADER_VALUE);
    if (count == MAX_HEADERS || chars + cost > MAX_HEADER_CHARS) {
      return false;
    }
    chars += cost;
    return true;
  }
}
