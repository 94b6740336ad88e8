package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.guard.ExpectConfusion;
import io.sluice.http.guard.HeaderConfusion;
import io.sluice.http.guard.HopByHopAbuse;
import io.sluice.http.guard.HostConfusion;
import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import io.sluice.http.guard.RequestSmuggling;
import io.sluice.http.guard.UpgradeSmuggling;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Parses heads of requests, one after the other, into their canonical form; what is not in it is
 * rewritten and parsed again, so that what is judged is always the parse of what is forwarded.
 */
public final class RequestParser extends HeadParser {
  private static final int MAX_METHOD = 64;
  private static final int UNBOUNDED = 1 << 30;
  private static final byte[] HOST = Octets.ascii("host");
  private static final byte[] CONTENT_LENGTH = Octets.ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = Octets.ascii("transfer-encoding");
  private static final byte[] EXPECT = Octets.ascii("expect");
  static final byte[] CONNECTION = Octets.ascii("connection");
  static final byte[] UPGRADE = Octets.ascii("upgrade");
  static final byte[] HTTP2_SETTINGS = Octets.ascii("http2-settings");
  private static final byte[] CLOSE = Octets.ascii("close");
  private static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");
  private static final byte[] TE = Octets.ascii("te");

  int methodTo;
  int targetFrom;
  int targetTo;
  boolean http10;
  int hostFrom;
  int hostTo;
  byte @Nullable [] authority;
  long contentLength = -1;
  int transferEncodings;
  boolean close;
  boolean keepAlive;
  boolean expectsContinue;
  boolean upgrade;

  private int contentLengths;
  private int hosts;
  private int connectionTokens;
  private boolean listsFields;
  private boolean connectionUpgrade;
  private boolean upgradeField;
  private boolean webSocket;
  private boolean http2Settings;
  private byte @Nullable [] canonicalTarget;

  /**
   * Makes a parser for one connection.
   *
   * @param lineLimit longest request line in bytes
   * @param headerLimit longest header section in bytes
   * @param fieldLimit most header fields
   */
  public RequestParser(int lineLimit, int headerLimit, int fieldLimit) {
    super(lineLimit, headerLimit, fieldLimit);
  }

  /**
   * Reads on, and moves the reader index past what belongs to the head.
   *
   * @return the head when it is complete, else null
   * @throws Rejected if it has no one safe reading; the parser must not be used again
   */
  public @Nullable RequestHead read(ByteBuf in) throws Rejected {
    if (!readHead(in)) {
      return null;
    }
    RequestHead head = finish(true);
    clear();
    return head;
  }

  boolean isConnect() {
    return RequestHead.is(bytes, start, methodTo, "CONNECT");
  }

  private RequestHead finish(boolean received) throws Rejected {
    RequestSmuggling.framing(contentLengths, transferEncodings, http10);
    HostConfusion.count(hosts, http10);
    RequestTarget.matchesHost(this);
    upgrade = webSocket && connectionUpgrade;
    if (upgrade) {
      UpgradeSmuggling.handshake(
          RequestHead.is(bytes, start, methodTo, "GET"),
          http10,
          contentLength > 0 || transferEncodings > 0);
    }
    boolean strips = (upgradeField && !upgrade) || http2Settings;
    if (canonicalTarget == null && !strips && !listsFields) {
      return new RequestHead(this, received);
    }
    HeadRewriter rewriter = new HeadRewriter(this, canonicalTarget);
    if (canonicalTarget == null && !strips && !rewriter.strips()) {
      return new RequestHead(this, received);
    }
    if (!received) {
      throw Rejected.malformed("the request has no stable canonical form");
    }
    return again(Unpooled.wrappedBuffer(rewriter.rewrite()));
  }

  /** Parses a whole head that was written here, of whatever size, and must come out as it is. */
  static RequestHead again(ByteBuf written) throws Rejected {
    RequestParser again = new RequestParser(UNBOUNDED, UNBOUNDED, UNBOUNDED);
    if (!again.readHead(written)) {
      throw Rejected.malformed("the request has no stable canonical form");
    }
    return again.finish(false);
  }

  private void clear() {
    reset();
    hosts = 0;
    authority = null;
    hostFrom = 0;
    hostTo = 0;
    contentLength = -1;
    contentLengths = 0;
    transferEncodings = 0;
    connectionTokens = 0;
    listsFields = false;
    close = false;
    keepAlive = false;
    expectsContinue = false;
    connectionUpgrade = false;
    upgradeField = false;
    webSocket = false;
    http2Settings = false;
    canonicalTarget = null;
  }

  @Override
  boolean mayStart(byte c) {
    return Octets.isToken(c) || c == '\r';
  }

  @Override
  void startLine(int from, int to) throws Rejected {
    int space = from;
    while (space < to && Octets.isToken(bytes[space])) {
      space++;
    }
    if (space == from || space == to || bytes[space] != ' ' || space - from > MAX_METHOD) {
      throw Rejected.malformed("the request line has no valid method");
    }
    methodTo = space;
    targetFrom = space + 1;
    targetTo = to - 9;
    if (targetTo <= targetFrom || bytes[targetTo] != ' ') {
      throw Rejected.malformed("the request line is not method, target and version");
    }
    http10 = version(bytes, to - 8);
    canonicalTarget = RequestTarget.canonical(this);
  }

  /** Reads {@code HTTP/1.0} or {@code HTTP/1.1}; true for the first. */
  static boolean version(byte[] bytes, int from) throws Rejected {
    boolean http = RequestHead.is(bytes, from, from + 5, "HTTP/") && bytes[from + 6] == '.';
    if (!http || !Octets.isDigit(bytes[from + 5]) || !Octets.isDigit(bytes[from + 7])) {
      throw Rejected.malformed("the version is not HTTP/ and two digits");
    }
    if (bytes[from + 5] != '1' || bytes[from + 7] > '1') {
      throw Rejected.with(505, "the version is neither HTTP/1.1 nor HTTP/1.0");
    }
    return bytes[from + 7] == '0';
  }

  @Override
  int name(int from, int to) throws Rejected {
    return HeaderConfusion.requestName(bytes, from, to);
  }

  @Override
  void field(int nameFrom, int nameTo, int from, int to) throws Rejected {
    switch (nameTo - nameFrom) {
      case 4 -> {
        if (named(nameFrom, nameTo, HOST)) {
          host(from, to);
        }
      }
      case 6 -> {
        if (named(nameFrom, nameTo, EXPECT)) {
          ExpectConfusion.check(bytes, from, to);
          expectsContinue = !http10;
        }
      }
      case 7 -> {
        if (named(nameFrom, nameTo, UPGRADE)) {
          webSocket = !upgradeField && UpgradeSmuggling.isWebSocket(bytes, from, to);
          upgradeField = true;
        }
      }
      case 10 -> {
        if (named(nameFrom, nameTo, CONNECTION)) {
          connection(from, to);
        }
      }
      case 14 -> {
        if (named(nameFrom, nameTo, CONTENT_LENGTH)) {
          contentLengths++;
          RequestSmuggling.padding(bytes, nameTo, from, to);
          contentLength = RequestSmuggling.contentLength(bytes, from, to);
        } else if (named(nameFrom, nameTo, HTTP2_SETTINGS)) {
          http2Settings = true;
        }
      }
      case 17 -> {
        if (named(nameFrom, nameTo, TRANSFER_ENCODING)) {
          transferEncodings++;
          RequestSmuggling.padding(bytes, nameTo, from, to);
          RequestSmuggling.transferEncoding(bytes, from, to);
        }
      }
      default -> {}
    }
  }

  private boolean named(int from, int to, byte[] name) {
    return Octets.equalsIgnoreCase(bytes, from, to, name);
  }

  private void host(int from, int to) throws Rejected {
    hosts++;
    hostFrom = from;
    hostTo = to;
    authority = CanonicalAuthority.of(bytes, from, to);
  }

  private void connection(int from, int to) throws Rejected {
    ListTokens tokens = new ListTokens(bytes, from, to);
    while (tokens.next()) {
      int first = tokens.from();
      int last = tokens.to();
      HopByHopAbuse.count(++connectionTokens);
      if (named(first, last, CLOSE)) {
        close = true;
      } else if (named(first, last, KEEP_ALIVE)) {
        keepAlive = true;
      } else if (named(first, last, UPGRADE)) {
        connectionUpgrade = true;
      } else if (!named(first, last, TE)) {
        HopByHopAbuse.listed(bytes, first, last);
        listsFields = true;
      }
    }
  }

  /** Whether a name listed in Connection says something about the connection, not about a field. */
  static boolean isOption(byte[] bytes, int from, int to) {
    return Octets.equalsIgnoreCase(bytes, from, to, CLOSE)
        || Octets.equalsIgnoreCase(bytes, from, to, KEEP_ALIVE)
        || Octets.equalsIgnoreCase(bytes, from, to, UPGRADE)
        || Octets.equalsIgnoreCase(bytes, from, to, TE);
  }

  /** The bytes of the target as received. */
  byte[] target() {
    return Arrays.copyOfRange(bytes, targetFrom, targetTo);
  }
}
