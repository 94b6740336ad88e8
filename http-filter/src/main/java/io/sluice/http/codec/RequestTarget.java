package io.sluice.http.codec;

import io.sluice.http.guard.HostConfusion;
import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The four forms of a request target (RFC 9112 3.2): an absolute form is only accepted if it names
 * the same host as the Host field, and goes on in origin form.
 */
final class RequestTarget {
  private static final byte[] HTTP = Octets.ascii("http://");

  private RequestTarget() {}

  /** Checks the target and returns its canonical form, or null if it is canonical as it stands. */
  static byte @Nullable [] canonical(RequestParser head) throws Rejected {
    byte[] bytes = head.bytes;
    int from = head.targetFrom;
    int to = head.targetTo;
    if (head.isConnect()) {
      if (HostConfusion.check(bytes, from, to) == to) {
        throw Rejected.malformed("CONNECT needs host and port");
      }
      return null;
    }
    if (bytes[from] == '/') {
      if (CanonicalPath.isCanonical(bytes, from, to)) {
        return null;
      }
      byte[] canonical = CanonicalPath.of(bytes, from, to);
      boolean same = Arrays.equals(bytes, from, to, canonical, 0, canonical.length);
      return same ? null : canonical;
    }
    boolean options = RequestHead.is(bytes, head.start, head.methodTo, "OPTIONS");
    if (options && to - from == 1 && bytes[from] == '*') {
      return null;
    }
    int host = hostOfAbsolute(bytes, from, to);
    int path = pathOfAbsolute(bytes, host, to);
    CanonicalAuthority.of(bytes, host, path);
    if (path == to || bytes[path] == '?') {
      if (options) {
        throw Rejected.malformed("OPTIONS of a whole server must be written with an asterisk");
      }
      byte[] rooted = new byte[to - path + 1];
      rooted[0] = '/';
      System.arraycopy(bytes, path, rooted, 1, to - path);
      return CanonicalPath.of(rooted, 0, rooted.length);
    }
    return CanonicalPath.of(bytes, path, to);
  }

  /** Refuses an absolute form that names another host than the Host field. */
  static void matchesHost(RequestParser head) throws Rejected {
    byte[] bytes = head.bytes;
    byte first = bytes[head.targetFrom];
    boolean connect = head.isConnect();
    if (!connect && (first == '/' || first == '*')) {
      return;
    }
    int from = connect ? head.targetFrom : hostOfAbsolute(bytes, head.targetFrom, head.targetTo);
    int to = connect ? head.targetTo : pathOfAbsolute(bytes, from, head.targetTo);
    byte[] canonical = CanonicalAuthority.of(bytes, from, to);
    byte[] target = canonical != null ? canonical : Arrays.copyOfRange(bytes, from, to);
    byte[] host =
        head.authority != null
            ? head.authority
            : Arrays.copyOfRange(bytes, head.hostFrom, head.hostTo);
    if (!Arrays.equals(target, host)) {
      throw Rejected.malformed("the target names another host than the Host field");
    }
  }

  private static int hostOfAbsolute(byte[] bytes, int from, int to) throws Rejected {
    int host = from + HTTP.length;
    if (host >= to || !Octets.equalsIgnoreCase(bytes, from, host, HTTP)) {
      throw Rejected.malformed("the target is no path");
    }
    return host;
  }

  private static int pathOfAbsolute(byte[] bytes, int host, int to) {
    int path = host;
    while (path < to && bytes[path] != '/' && bytes[path] != '?') {
      path++;
    }
    return path;
  }
}
