package io.sluice.http.codec;

import io.netty.buffer.Unpooled;
import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import io.sluice.proxy.spi.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that somebody describes, read by the very parser that reads those of clients, with its
 * default limits: what is refused or allowed here is refused or allowed on the wire.
 *
 * @param method as sent, such as {@code GET}
 * @param path as sent, with its query
 * @param host as sent, with its port if there is one; null if none is named, and then no rule that
 *     asks for a host matches
 * @param headers the values of each name; a name of any case, as often sent as it has values
 */
public record DescribedRequest(
    String method, String path, @Nullable String host, Map<String, List<String>> headers) {

  /** Fields of a connection, which a request of HTTP/2 must not have (RFC 9113 8.2.2). */
  private static final Set<String> CONNECTION_FIELDS =
      Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

  /**
   * The request that a gRPC call is: a POST to its path, with the fields that every client of gRPC
   * sends unless the headers have them already. Ask {@link #overHttp2} of it.
   *
   * @param service with its package, such as {@code shop.v1.Orders}
   * @param method of the service, such as {@code Get}
   * @param host as {@link #host}
   * @param headers the call's metadata
   */
  public static DescribedRequest grpc(
      String service, String method, @Nullable String host, Map<String, List<String>> headers) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    headers.forEach((name, values) -> all.put(name.toLowerCase(Locale.ROOT), values));
    all.putIfAbsent("te", List.of("trailers"));
    all.putIfAbsent("content-type", List.of("application/grpc"));
    return new DescribedRequest("POST", "/" + service + "/" + method, host, all);
  }

  /**
   * Reads it as a request of HTTP/1.1.
   *
   * @throws Rejected if it has no one safe reading; says what the proxy would answer, and why
   */
  public RequestHead overHttp1() throws Rejected {
    RequestParser parser =
        new RequestParser(
            Limits.DEFAULTS.requestLineBytes(),
            Limits.DEFAULTS.headerBytes(),
            Limits.DEFAULTS.headerFields());
    RequestHead head = parser.read(Unpooled.wrappedBuffer(bytes()));
    if (head == null) {
      throw Rejected.malformed("the head has no end");
    }
    return head;
  }

  /**
   * Reads it as a request of HTTP/2, whose head is judged in the same form after what only HTTP/2
   * forbids.
   *
   * @throws Rejected as {@link #overHttp1}
   */
  public RequestHead overHttp2() throws Rejected {
    if (!path.startsWith("/") && !path.equals("*")) {
      throw Rejected.malformed("the target is no path");
    }
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (CONNECTION_FIELDS.contains(name)) {
        throw Rejected.malformed("a field of the connection in a request of HTTP/2");
      }
      if (name.equals("te") && !List.of("trailers").containsAll(header.getValue())) {
        throw Rejected.malformed("TE in a request of HTTP/2 is not trailers");
      }
    }
    return overHttp1();
  }

  // Only HTTP/1.0 may leave the host out (RFC 9112 3.2).
  private byte[] bytes() throws Rejected {
    boolean named = host != null || headers.keySet().stream().anyMatch("host"::equalsIgnoreCase);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, method, " ", path, named ? " HTTP/1.1" : " HTTP/1.0");
    if (host != null) {
      write(out, "Host: ", host);
    }
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      for (byte b : header.getKey().getBytes(StandardCharsets.UTF_8)) {
        if (!Octets.isToken(b)) {
          throw Rejected.malformed("a header name has a forbidden byte");
        }
      }
      for (String value : header.getValue()) {
        write(out, header.getKey(), ": ", value);
      }
    }
    write(out, "");
    return out.toByteArray();
  }

  // A line break inside a part would make two lines of one, which no client can send.
  private static void write(ByteArrayOutputStream out, String... line) throws Rejected {
    for (String part : line) {
      if (part.indexOf('\r') >= 0 || part.indexOf('\n') >= 0) {
        throw Rejected.malformed("a line break inside a line of the head");
      }
      out.writeBytes(part.getBytes(StandardCharsets.UTF_8));
    }
    out.write('\r');
    out.write('\n');
  }
}
