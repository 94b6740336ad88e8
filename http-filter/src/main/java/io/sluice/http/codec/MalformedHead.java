package io.sluice.http.codec;

import io.sluice.proxy.spi.HttpRecord;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** What came of a head that was refused, read as far as it can be read; for flow records only. */
public final class MalformedHead implements HttpRecord {
  private static final int MAX_TEXT = 8 * 1024;

  private final byte[] bytes;

  MalformedHead(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int code() {
    return 0;
  }

  @Override
  public String method() {
    String line = startLine();
    int space = line.indexOf(' ');
    return space < 0 ? "" : line.substring(0, space);
  }

  @Override
  public String url() {
    String line = startLine();
    int space = line.indexOf(' ');
    if (space < 0) {
      return "";
    }
    int last = line.lastIndexOf(' ');
    return line.substring(space + 1, last > space ? last : line.length());
  }

  @Override
  public String protocol() {
    String line = startLine();
    int version = line.lastIndexOf(" HTTP/");
    return version < 0 ? "" : line.substring(version + 1);
  }

  @Override
  public int length() {
    return bytes.length;
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    // A line that was refused may hold anything, and its name decides what is redacted: none is
    // shown.
  }

  private String startLine() {
    int length = Math.min(bytes.length, MAX_TEXT);
    int end = 0;
    while (end < length && bytes[end] != '\n') {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1).strip();
  }
}
