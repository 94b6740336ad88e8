package io.sluice.proxy.observe;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** Keeps credentials out of flow records. */
final class Redaction {
  static final String REDACTED = "<redacted>";

  private static final Set<String> ALWAYS =
      Set.of("authorization", "cookie", "set-cookie", "proxy-authorization", "x-api-key");

  /** Asked for each header of each flow: without lowering its case first. */
  private final NavigableSet<String> headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * Makes one.
   *
   * @param more names of headers that carry credentials beside the usual ones, in any case
   */
  Redaction(Collection<String> more) {
    headers.addAll(ALWAYS);
    headers.addAll(more);
  }

  /** What may be shown of a header's value. */
  String header(String name, String value) {
    return headers.contains(name) ? REDACTED : value;
  }

  /**
   * What may be shown of a URL, or of what stood in its place: everything but user and password.
   */
  String url(String url) {
    int scheme = url.indexOf("://");
    int from = scheme < 0 ? 0 : scheme + 3;
    int end = from;
    while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    int at = url.lastIndexOf('@', end - 1);
    return at < from ? url : url.substring(0, from) + REDACTED + url.substring(at);
  }
}
