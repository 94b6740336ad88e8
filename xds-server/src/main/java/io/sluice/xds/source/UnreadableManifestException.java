package io.sluice.xds.source;

/** A file whose text is not a series of manifests; nothing of it may be used. */
public final class UnreadableManifestException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int line;

  UnreadableManifestException(int line, String reason) {
    super(reason);
    this.line = line;
  }

  /** The line to blame, counted from 1; 0 if none is. */
  public int line() {
    return line;
  }
}
