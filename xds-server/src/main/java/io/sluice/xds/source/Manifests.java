package io.sluice.xds.source;

import java.util.List;

/**
 * Everything that a source holds at one moment.
 *
 * @param manifests ordered by file path, then by place in the file
 * @param unreadable files that could not be read; what they last held is among the manifests
 */
public record Manifests(List<Manifest> manifests, List<Unreadable> unreadable) {

  /**
   * A file, or a part of it, that could not be read.
   *
   * @param source {@code file:line}, or the file where no line is to blame
   * @param reason what is wrong and what was expected
   * @param lastGood whether objects that it held before stay in force
   */
  public record Unreadable(String source, String reason, boolean lastGood) {}
}
