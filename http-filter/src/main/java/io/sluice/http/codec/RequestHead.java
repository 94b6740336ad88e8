package io.sluice.http.codec;

import io.sluice.http.guard.Octets;
import io.sluice.proxy.policy.rule.Request;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request in canonical form: what is judged, recorded and forwarded.
 *
 * <p>The path is empty for CONNECT, the authority for a request of HTTP/1.0 without a Host; rules
 * that ask for one of them then can't match.
 */
public final class RequestHead extends Head implements Request {
  private final int methodTo;
  private final int targetFrom;
  private final int targetTo;
  private final byte[] path;
  private final int pathFrom;
  private final int pathTo;
  private final byte[] authority;
  private final int authorityFrom;
  private final int authorityTo;
  private final int methodFrom;
  private final boolean http10;
  private final boolean keepAlive;
  private final boolean expectsContinue;
  private final boolean upgrade;
  private final boolean chunked;
  private final long contentLength;
  private final boolean asReceived;
  private final HeaderNotes notes;

  RequestHead(RequestParser parser, boolean asReceived) {
    super(parser);
    this.methodFrom = parser.start;
    this.methodTo = parser.methodTo;
    this.targetFrom = parser.targetFrom;
    this.targetTo = parser.targetTo;
    this.path = parser.bytes;
    this.pathFrom = parser.targetFrom;
    this.pathTo = parser.isConnect() ? parser.targetFrom : parser.targetTo;
    byte[] canonical = parser.authority;
    this.authority = canonical != null ? canonical : parser.bytes;
    this.authorityFrom = canonical != null ? 0 : parser.hostFrom;
    this.authorityTo = canonical != null ? canonical.length : parser.hostTo;
    this.http10 = parser.http10;
    this.keepAlive = parser.http10 ? parser.keepAlive && !parser.close : !parser.close;
    this.expectsContinue = parser.expectsContinue;
    this.upgrade = parser.upgrade;
    this.chunked = parser.transferEncodings > 0;
    this.contentLength = parser.contentLength;
    this.asReceived = asReceived;
    this.notes = HeaderNotes.NONE;
  }

  private RequestHead(RequestHead other, byte[] path, int pathFrom, int pathTo, HeaderNotes notes) {
    super(other);
    this.methodFrom = other.methodFrom;
    this.methodTo = other.methodTo;
    this.targetFrom = other.targetFrom;
    this.targetTo = other.targetTo;
    this.path = path;
    this.pathFrom = pathFrom;
    this.pathTo = pathTo;
    this.authority = other.authority;
    this.authorityFrom = other.authorityFrom;
    this.authorityTo = other.authorityTo;
    this.http10 = other.http10;
    this.keepAlive = other.keepAlive;
    this.expectsContinue = other.expectsContinue;
    this.upgrade = other.upgrade;
    this.chunked = other.chunked;
    this.contentLength = other.contentLength;
    this.asReceived = other.asReceived;
    this.notes = notes;
  }

  /** Where the method starts in {@link #bytes}. */
  public int methodFrom() {
    return methodFrom;
  }

  /** Where the method ends in {@link #bytes}. */
  public int methodTo() {
    return methodTo;
  }

  /** The array that holds the canonical path with its query. */
  public byte[] path() {
    return path;
  }

  /** Where the path starts in {@link #path}. */
  public int pathFrom() {
    return pathFrom;
  }

  /** Where the path ends in {@link #path}; where it starts if there is none. */
  public int pathTo() {
    return pathTo;
  }

  /** The array that holds the canonical authority. */
  public byte[] authority() {
    return authority;
  }

  /** Where the authority starts in {@link #authority}. */
  public int authorityFrom() {
    return authorityFrom;
  }

  /** Where the authority ends in {@link #authority}; where it starts if there is none. */
  public int authorityTo() {
    return authorityTo;
  }

  /** Whether the path has parameters, so that a server may read it without them. */
  public boolean hasPathParameters() {
    return CanonicalPath.hasParameters(path, pathFrom, pathTo);
  }

  /** The same request as a server reads it that cuts path parameters off; for judging only. */
  public RequestHead withoutPathParameters() {
    byte[] without = CanonicalPath.withoutParameters(path, pathFrom, pathTo);
    return new RequestHead(this, without, 0, without.length, notes);
  }

  /** The same request with more to say about it. */
  RequestHead noted(HeaderNotes more) {
    return new RequestHead(this, path, pathFrom, pathTo, notes.and(more));
  }

  /** Whether the received bytes were canonical and may be forwarded as they are. */
  public boolean asReceived() {
    return asReceived;
  }

  /** Whether the version is HTTP/1.0. */
  public boolean http10() {
    return http10;
  }

  /** Whether the client wants to go on with the connection. */
  public boolean keepAlive() {
    return keepAlive;
  }

  /** Whether the client may wait for a 100 before it sends the body. */
  public boolean expectsContinue() {
    return expectsContinue;
  }

  /** Whether it is a WebSocket handshake. */
  public boolean upgrade() {
    return upgrade;
  }

  /** Whether the method is HEAD, whose answer has no body. */
  public boolean isHead() {
    return methodIs("HEAD");
  }

  /** Whether the method is CONNECT. */
  public boolean isConnect() {
    return methodIs("CONNECT");
  }

  /** Whether a body follows. */
  public boolean hasBody() {
    return chunked || contentLength > 0;
  }

  /** The announced length of the body in bytes; -1 if it is chunked. */
  public long bodyLength() {
    return chunked ? -1 : Math.max(0, contentLength);
  }

  /**
   * A reader for the body.
   *
   * @param trailerBytes most bytes of trailers
   * @param trailerFields most trailers
   */
  public Body body(int trailerBytes, int trailerFields) {
    return chunked
        ? new ChunkedBody(true, trailerBytes, trailerFields)
        : FixedBody.of(Math.max(0, contentLength));
  }

  @Override
  public int code() {
    return 0;
  }

  @Override
  public String method() {
    return text(methodFrom, methodTo);
  }

  @Override
  public String url() {
    String target = text(targetFrom, targetTo);
    if (isConnect()) {
      return target;
    }
    String host = Octets.text(authority, authorityFrom, authorityTo);
    return "http://" + host + (target.equals("*") ? "" : target);
  }

  @Override
  public String protocol() {
    return http10 ? "HTTP/1.0" : "HTTP/1.1";
  }

  @Override
  public int length() {
    return super.length() + notes.length();
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    for (int i = 0; i < fieldCount(); i++) {
      each.accept(name(i), isSecret(i) ? HeaderEdits.REDACTED : value(i));
    }
  }

  private boolean isSecret(int field) {
    for (byte[] secret : notes.secrets()) {
      if (isNamed(field, secret)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void missingHeaders(BiConsumer<String, String> each) {
    notes.missing().forEach(field -> each.accept(field.name(), field.value()));
  }

  @Override
  public void rejectedHeaders(BiConsumer<String, String> each) {
    notes.rejected().forEach(field -> each.accept(field.name(), field.value()));
  }

  private boolean methodIs(String name) {
    return is(bytes(), methodFrom, methodTo, name);
  }

  static boolean is(byte[] bytes, int from, int to, @Nullable String name) {
    if (name == null || to - from != name.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] != name.charAt(i - from)) {
        return false;
      }
    }
    return true;
  }
}
