package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;
import io.sluice.http.guard.HeaderConfusion;
import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import io.sluice.http.guard.RequestSmuggling;
import io.sluice.http.guard.ResponseSplitting;
import io.sluice.http.guard.UpgradeSmuggling;
import org.jspecify.annotations.Nullable;

/**
 * Parses heads of answers, one after the other, as strictly as requests: an answer whose number or
 * end could be seen differently by the client is refused.
 */
public final class ResponseParser extends HeadParser {
  private static final int STATUS = "HTTP/1.1 ".length();
  private static final byte[] CONTENT_LENGTH = Octets.ascii("content-length");
  private static final byte[] TRANSFER_ENCODING = Octets.ascii("transfer-encoding");
  static final byte[] CONNECTION = Octets.ascii("connection");
  private static final byte[] UPGRADE = Octets.ascii("upgrade");
  private static final byte[] CLOSE = Octets.ascii("close");
  private static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");

  int status;
  boolean http10;
  long contentLength = -1;
  int transferEncodings;
  boolean close;
  boolean keepAlive;

  private int contentLengths;
  private boolean connectionUpgrade;
  private boolean webSocket;

  /**
   * Makes a parser for one connection.
   *
   * @param lineLimit longest status line in bytes
   * @param headerLimit largest header section in bytes
   * @param fieldLimit most header fields
   */
  public ResponseParser(int lineLimit, int headerLimit, int fieldLimit) {
    super(lineLimit, headerLimit, fieldLimit);
  }

  /**
   * Reads on, and moves the reader index past what belongs to the head.
   *
   * @param request what is being answered
   * @return the head when it is complete, else null
   * @throws Rejected if it is no acceptable answer; the parser must not be used again
   */
  public @Nullable ResponseHead read(ByteBuf in, RequestHead request) throws Rejected {
    if (!readHead(in)) {
      return null;
    }
    RequestSmuggling.framing(contentLengths, transferEncodings, http10 || request.http10());
    ResponseSplitting.bodiless(status, contentLength, transferEncodings > 0);
    if (status == 101) {
      UpgradeSmuggling.switching(request.upgrade(), webSocket && connectionUpgrade && !http10);
    }
    ResponseHead head = new ResponseHead(this, request);
    clear();
    return head;
  }

  private void clear() {
    reset();
    contentLength = -1;
    contentLengths = 0;
    transferEncodings = 0;
    close = false;
    keepAlive = false;
    connectionUpgrade = false;
    webSocket = false;
  }

  @Override
  boolean mayStart(byte c) {
    return c == 'H';
  }

  // The reason phrase may be empty, and so may the space before it: many servers leave it out.
  @Override
  void startLine(int from, int to) throws Rejected {
    int reason = from + STATUS + 3;
    if (to < reason || bytes[from + STATUS - 1] != ' ' || (to > reason && bytes[reason] != ' ')) {
      throw Rejected.malformed("the status line is not version, status and reason");
    }
    http10 = RequestParser.version(bytes, from);
    status = ResponseSplitting.status(bytes, from + STATUS);
    HeaderConfusion.value(bytes, reason, to);
  }

  @Override
  int name(int from, int to) throws Rejected {
    return HeaderConfusion.responseName(bytes, from, to);
  }

  @Override
  void field(int nameFrom, int nameTo, int from, int to) throws Rejected {
    switch (nameTo - nameFrom) {
      case 7 -> {
        if (named(nameFrom, nameTo, UPGRADE)) {
          webSocket = UpgradeSmuggling.isWebSocket(bytes, from, to);
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

  private void connection(int from, int to) throws Rejected {
    ListTokens tokens = new ListTokens(bytes, from, to);
    while (tokens.next()) {
      close |= named(tokens.from(), tokens.to(), CLOSE);
      keepAlive |= named(tokens.from(), tokens.to(), KEEP_ALIVE);
      connectionUpgrade |= named(tokens.from(), tokens.to(), UPGRADE);
    }
  }
}
