package io.sluice.xds.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * Changes whenever the content of a file may have changed. The change time is part of it because an
 * editor, {@code cp -p} or a symlink swap can bring other bytes of the same size and modification
 * time.
 */
record FileStamp(long device, long inode, long size, FileTime modified, FileTime changed) {

  /** Reads the stamp of the file that a path leads to, symlinks followed. */
  static FileStamp of(Path path) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,ctime");
    return new FileStamp(
        (Long) value(found, "dev"),
        (Long) value(found, "ino"),
        (Long) value(found, "size"),
        (FileTime) value(found, "lastModifiedTime"),
        (FileTime) value(found, "ctime"));
  }

  private static Object value(Map<String, Object> found, String name) {
    return Objects.requireNonNull(found.get(name), name);
  }
}
