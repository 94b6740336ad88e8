package io.sluice.http.codec;

import io.sluice.http.guard.Octets;
import io.sluice.http.guard.PathConfusion;
import io.sluice.http.guard.Rejected;
import java.util.Arrays;

/**
 * Brings a path with its query into the one form that is judged and forwarded, or refuses it: dot
 * segments are resolved, doubled slashes merged, encoded unreserved bytes decoded, once; the query
 * is checked and left as it is. Pure and linear in the length.
 */
final class CanonicalPath {
  private final byte[] in;
  private final int to;
  private final byte[] out;
  private int length;

  private CanonicalPath(byte[] in, int from, int to) {
    this.in = in;
    this.to = to;
    this.out = new byte[to - from];
  }

  /**
   * Whether the path is canonical as it stands, which is the usual case.
   *
   * @throws Rejected if it has no safe reading at all
   */
  static boolean isCanonical(byte[] bytes, int from, int to) throws Rejected {
    boolean parameters = false;
    boolean query = false;
    int i = from;
    for (; i < to && !query; i++) {
      byte c = bytes[i];
      if (!Octets.isTarget(c)) {
        throw PathConfusion.forbiddenByte();
      }
      switch (c) {
        case '/' -> {
          if (startsOddSegment(bytes, i + 1, to)) {
            return false;
          }
        }
        case '%' -> {
          byte decoded = PathConfusion.escape(bytes, i, to);
          PathConfusion.decoded(bytes, i, to, decoded);
          if (Octets.isUnreserved(decoded)) {
            return false;
          }
        }
        case '\\' -> PathConfusion.raw(c);
        case ';' -> parameters = true;
        case '?' -> query = true;
        default -> {}
      }
    }
    if (parameters) {
      PathConfusion.parameters(bytes, from, query ? i - 1 : to);
    }
    query(bytes, i, to);
    return true;
  }

  // An empty segment, or one that starts with a dot and may be a dot segment.
  private static boolean startsOddSegment(byte[] bytes, int segment, int to) {
    if (segment == to) {
      return false;
    }
    byte first = bytes[segment];
    if (first != '.') {
      return first == '/';
    }
    int next = segment + 1;
    if (next < to && bytes[next] == '.') {
      next++;
    }
    return next == to || bytes[next] == '/' || bytes[next] == '?' || bytes[next] == '%';
  }

  /** Returns the canonical form of an absolute path with an optional query. */
  static byte[] of(byte[] bytes, int from, int to) throws Rejected {
    CanonicalPath path = new CanonicalPath(bytes, from, to);
    int query = path.decode(from);
    path.resolve();
    PathConfusion.parameters(path.out, 0, path.length);
    query(bytes, query, to);
    byte[] result = Arrays.copyOf(path.out, path.length + (to - query));
    System.arraycopy(bytes, query, result, path.length, to - query);
    return result;
  }

  // Checks and decodes up to the query and returns its index.
  private int decode(int from) throws Rejected {
    int i = from;
    while (i < to && in[i] != '?') {
      byte c = in[i];
      if (!Octets.isTarget(c)) {
        throw PathConfusion.forbiddenByte();
      }
      PathConfusion.raw(c);
      if (c != '%') {
        out[length++] = c;
        i++;
        continue;
      }
      byte decoded = PathConfusion.escape(in, i, to);
      PathConfusion.decoded(in, i, to, decoded);
      if (Octets.isUnreserved(decoded)) {
        out[length++] = decoded;
      } else {
        System.arraycopy(in, i, out, length, 3);
        length += 3;
      }
      i += 3;
    }
    return i;
  }

  // RFC 3986 5.2.4 in place, slashes merged first; the write index never passes the read index.
  private void resolve() throws Rejected {
    int write = 0;
    int read = 0;
    while (read < length) {
      int segment = read + 1; // out[read] is a slash
      int end = segment;
      while (end < length && out[end] != '/') {
        end++;
      }
      int size = end - segment;
      boolean last = end == length;
      if (size == 0) {
        write = last ? slash(write) : write;
      } else if (size == 1 && out[segment] == '.') {
        write = last ? slash(write) : write;
      } else if (size == 2 && out[segment] == '.' && out[segment + 1] == '.') {
        write = parent(write);
        write = last ? slash(write) : write;
      } else {
        write = slash(write);
        System.arraycopy(out, segment, out, write, size);
        write += size;
      }
      read = end;
    }
    length = write;
  }

  private int slash(int write) {
    out[write] = '/';
    return write + 1;
  }

  private int parent(int write) throws Rejected {
    if (write == 0) {
      throw Rejected.malformed("the path leaves the root");
    }
    int parent = write - 1;
    while (out[parent] != '/') {
      parent--;
    }
    return parent;
  }

  private static void query(byte[] bytes, int from, int to) throws Rejected {
    for (int i = from; i < to; i++) {
      if (!Octets.isTarget(bytes[i])) {
        throw PathConfusion.forbiddenByte();
      }
      if (bytes[i] == '%') {
        PathConfusion.escape(bytes, i, to);
      }
    }
  }

  /** Returns the path without the parameters of its segments, as some servers read it. */
  static byte[] withoutParameters(byte[] bytes, int from, int to) {
    byte[] result = new byte[to - from];
    int length = 0;
    int i = from;
    while (i < to && bytes[i] != '?') {
      if (bytes[i] == ';') {
        while (i < to && bytes[i] != '/' && bytes[i] != '?') {
          i++;
        }
      } else {
        result[length++] = bytes[i++];
      }
    }
    System.arraycopy(bytes, i, result, length, to - i);
    return Arrays.copyOf(result, length + (to - i));
  }

  /** Whether a segment of the path, not the query, has parameters. */
  static boolean hasParameters(byte[] bytes, int from, int to) {
    for (int i = from; i < to && bytes[i] != '?'; i++) {
      if (bytes[i] == ';') {
        return true;
      }
    }
    return false;
  }
}
