package io.sluice.http.codec;

/** The head of an answer, paired with the request that it answers. */
public final class ResponseHead extends Head {
  private static final int SWITCHING = 101;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

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
