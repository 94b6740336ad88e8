package io.sluice.http.deny;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The answers that the proxy gives by itself: refusals, and nothing that a server could say. */
public final class Answer {
  private static final String BODY = "Access denied\r\n";
  private static final byte[] DENIED = denied("");
  private static final byte[] DENIED_CLOSE = denied("connection: close\r\n");
  private static final byte[] DENIED_KEEP_ALIVE = denied("connection: keep-alive\r\n");

  private Answer() {}

  /**
   * The answer to a request that the policy refuses.
   *
   * @param head whether its method is HEAD, which is answered without a body
   * @param http10 whether its version is HTTP/1.0, which must be told that a connection goes on
   * @param close whether the connection ends with the answer
   */
  public static ByteBuf denied(boolean head, boolean http10, boolean close) {
    byte[] answer = close ? DENIED_CLOSE : http10 ? DENIED_KEEP_ALIVE : DENIED;
    return Unpooled.wrappedBuffer(answer, 0, answer.length - (head ? BODY.length() : 0));
  }

  /**
   * The answer to a message that has no one safe reading; the connection ends with it.
   *
   * @param status 400..599
   */
  public static ByteBuf rejected(int status) {
    return Unpooled.wrappedBuffer(
        ascii(
            "HTTP/1.1 "
                + status
                + " "
                + reason(status)
                + "\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
  }

  private static String reason(int status) {
    return switch (status) {
      case 408 -> "Request Timeout";
      case 414 -> "URI Too Long";
      case 417 -> "Expectation Failed";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 505 -> "HTTP Version Not Supported";
      default -> "Bad Request";
    };
  }

  private static byte[] denied(String connection) {
    return ascii(
        "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: "
            + BODY.length()
            + "\r\n"
            + connection
            + "\r\n"
            + BODY);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
