package io.sluice.app.suite;

/** A suite that can't be run as it stands: the message names the file, the line and the key. */
public final class SuiteException extends Exception {
  private static final long serialVersionUID = 1L;

  SuiteException(String file, int line, String key, String reason) {
    super(file + (line == 0 ? "" : ":" + line) + ": " + (key.isEmpty() ? "" : key + ": ") + reason);
  }
}
