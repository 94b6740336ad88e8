package io.sluice.bpf.steer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the root of the machine's control groups (version 2), wherever it is mounted. */
final class ControlGroups {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final String TYPE = "cgroup2";

  /** Every group has it but the root. */
  private static final String NOT_IN_ROOT = "cgroup.type";

  private ControlGroups() {}

  /**
   * Its directory.
   *
   * @throws DatapathException if none is mounted, or only that of a container
   */
  static Path root() throws DatapathException {
    try {
      return root(Files.readAllLines(MOUNTS));
    } catch (IOException failed) {
      throw new DatapathException("can't read " + MOUNTS + ": is /proc mounted?", failed);
    }
  }

  /**
   * The same.
   *
   * @param mounts lines of {@code /proc/mounts}
   */
  static Path root(List<String> mounts) throws DatapathException {
    List<Path> mounted =
        mounts.stream()
            .map(line -> line.split(" "))
            .filter(words -> words.length > 2 && words[2].equals(TYPE))
            .map(words -> Path.of(words[1]))
            .toList();
    return mounted.stream()
        .filter(directory -> Files.isDirectory(directory))
        .filter(directory -> Files.notExists(directory.resolve(NOT_IN_ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new DatapathException(
                    mounted.isEmpty()
                        ? "no cgroup2 file system is mounted (mount -t cgroup2)"
                        : mounted
                            + " is not the root of the machine's control groups: mount the"
                            + " host's there"));
  }
}
