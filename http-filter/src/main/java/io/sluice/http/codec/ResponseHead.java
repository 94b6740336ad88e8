package io.sluice.http.codec;

import io.sluice.http.guard.Octets;
import java.io.ByteArrayOutputStream;

/** The head of an answer, paired with the request that it answers. */
public final class ResponseHead extends Head {
  private static final int SWITCHING = 101;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");
  private static final byte[] CLOSE = Octets.ascii("Connection: close\r\n\r\n");

  private final RequestHead request;
  private final int status;
  private final boolean http10;
  private final boolean keepAlive;
  private final boolean chunked;
  private final long contentLength;

  ResponseHead(ResponseParser parser, RequestHead request) {
    super(parser);
    this.request = request;
    this.status = parser.status;
    this.http10 = parser.http10;
    this.keepAlive = parser.http10 ? parser.keepAlive && !parser.close : !parser.close;
    this.chunked = parser.transferEncodings > 0;
    this.contentLength = parser.contentLength;
  }

  /** The request that it answers. */
  public RequestHead request() {
    return request;
  }

  /** Whether another answer to the same request follows (RFC 9110 15.2). */
  public boolean isInterim() {
    return status < 200 && status != SWITCHING;
  }

  /** Whether it grants the upgrade that was asked for. */
  public boolean isSwitching() {
    return status == SWITCHING;
  }

  /** Whether the connection can carry another request after this answer's body. */
  public boolean keepAlive() {
    return keepAlive && !endsWithConnection();
  }

  /** The head anew, saying that the connection ends with this answer (RFC 9112 9.6). */
  public byte[] closing() {
    byte[] bytes = bytes();
    int end = start() + wireLength() - 2; // where the empty line starts
    int from = fieldCount() == 0 ? end : nameFrom(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream(wireLength() + CLOSE.length);
    out.write(bytes, start(), from - start());
    for (int i = 0; i < fieldCount(); i++) {
      int next = i + 1 < fieldCount() ? nameFrom(i + 1) : end;
      if (!promisesMore(i)) {
        out.write(bytes, from, next - from);
      }
      from = next;
    }
    out.writeBytes(CLOSE);
    return out.toByteArray();
  }

  private boolean promisesMore(int field) {
    return isNamed(field, KEEP_ALIVE)
        || (isNamed(field, ResponseParser.CONNECTION)
            && Octets.equalsIgnoreCase(bytes(), valueFrom(field), valueTo(field), KEEP_ALIVE));
  }

  /** A reader for the body, as RFC 9112 6.3 has it. */
  public Body body(int trailerBytes, int trailerFields) {
    if (isBodiless()) {
      return FixedBody.of(0);
    }
    if (chunked) {
      return new ChunkedBody(false, trailerBytes, trailerFields);
    }
    return contentLength >= 0 ? FixedBody.of(contentLength) : new UntilCloseBody();
  }

  private boolean isBodiless() {
    return status < 200 || status == NO_CONTENT || status == NOT_MODIFIED || request.isHead();
  }

  private boolean endsWithConnection() {
    return !isBodiless() && !chunked && contentLength < 0;
  }

  @Override
  public int code() {
    return status;
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String url() {
    return request.url();
  }

  @Override
  public int length() {
    return super.length() + request.length();
  }

  @Override
  public String protocol() {
    return http10 ? "HTTP/1.0" : "HTTP/1.1";
  }
}
