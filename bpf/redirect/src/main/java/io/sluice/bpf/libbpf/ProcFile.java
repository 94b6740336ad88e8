package io.sluice.bpf.libbpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads settings below {@code /proc/sys} whole: in one read, because the kernel ends the file after
 * the first, however few bytes that asked for.
 */
public final class ProcFile {
  private static final int LONGEST = 4096;

  private ProcFile() {}

  /**
   * Reads a setting.
   *
   * @return its text without the line end; at most 4096 bytes
   * @throws IOException if there is no such setting, or it can't be read
   */
  public static String read(Path file) throws IOException {
    byte[] text = new byte[LONGEST];
    try (InputStream in = Files.newInputStream(file)) {
      int length = in.read(text);
      return new String(text, 0, Math.max(length, 0), StandardCharsets.UTF_8).strip();
    }
  }
}
