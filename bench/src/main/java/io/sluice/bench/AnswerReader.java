package io.sluice.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the end of each answer with status 200 and a Content-Length; anything else is an error. */
final class AnswerReader {
  private static final Pattern LENGTH =
      Pattern.compile("\r\ncontent-length: *(\\d{1,9})\r\n", Pattern.CASE_INSENSITIVE);
  private static final int LONGEST_HEAD = 8 * 1024;

  private final StringBuilder head = new StringBuilder();
  private int bodyLeft = -1;

  /**
   * Takes all bytes that have arrived.
   *
   * @return true if they end the answer
   * @throws IllegalStateException if it is not what was expected, or more than one answer
   */
  boolean read(ByteBuf bytes) {
    if (bodyLeft < 0) {
      head.append(bytes.toString(StandardCharsets.ISO_8859_1));
      int end = head.indexOf("\r\n\r\n");
      if (end < 0) {
        if (head.length() > LONGEST_HEAD) {
          throw new IllegalStateException("the answer's header does not end");
        }
        return false;
      }
      bodyLeft = length() - (head.length() - end - 4);
    } else {
      bodyLeft -= bytes.readableBytes();
    }
    if (bodyLeft < 0) {
      throw new IllegalStateException("more bytes than the answer has");
    }
    if (bodyLeft > 0) {
      return false;
    }
    head.setLength(0);
    bodyLeft = -1;
    return true;
  }

  private int length() {
    Matcher length = LENGTH.matcher(head);
    if (head.indexOf("HTTP/1.1 200 ") != 0 || !length.find()) {
      throw new IllegalStateException("expected a 200 with a length, got: " + head);
    }
    return Integer.parseInt(length.group(1));
  }
}
