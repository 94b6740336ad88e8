package io.sluice.xds.source;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists the manifest files below a folder with their stamps. What can't be listed counts as
 * unchanged, never as deleted: a policy must not vanish because a disk or a permission did.
 *
 * <p>Hidden files and folders are not manifests: they are editors' swap files, version control, and
 * the second copies that a mounted ConfigMap keeps below {@code ..data}.
 */
final class FolderScan {
  private static final int MAX_FILES = 10_000;
  private static final int MAX_DEPTH = 32;

  private final Path root;

  FolderScan(Path root) {
    this.root = root;
  }

  /** What one look saw: files by their path below the root, and what could not be looked at. */
  record Result(SortedMap<String, FileStamp> files, List<Manifests.Unreadable> problems) {}

  /**
   * Looks once.
   *
   * @param known what was seen before, for the parts that can't be listed now
   */
  Result look(SortedMap<String, FileStamp> known) {
    Look look = new Look(known);
    try {
      Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, look);
    } catch (IOException | RuntimeException broken) {
      look.keep(root, String.valueOf(broken.getMessage()));
    }
    return new Result(look.files, look.problems);
  }

  private final class Look extends SimpleFileVisitor<Path> {
    private final SortedMap<String, FileStamp> known;
    private final SortedMap<String, FileStamp> files = new TreeMap<>();
    private final List<Manifests.Unreadable> problems = new ArrayList<>();

    Look(SortedMap<String, FileStamp> known) {
      this.known = known;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(root) && hidden(folder)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
      if (!attributes.isRegularFile() || hidden(path) || !manifest(path)) {
        return FileVisitResult.CONTINUE;
      }
      if (files.size() == MAX_FILES) {
        keep(root, "more than " + MAX_FILES + " manifest files; the rest is not read");
        return FileVisitResult.TERMINATE;
      }
      try {
        files.put(relative(path), FileStamp.of(path));
      } catch (NoSuchFileException gone) {
        return FileVisitResult.CONTINUE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException broken) {
      boolean vanished = broken instanceof NoSuchFileException && !path.equals(root);
      if (!vanished && !(broken instanceof FileSystemLoopException)) {
        keep(path, "can't be read (" + broken.getClass().getSimpleName() + ")");
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException broken) {
      if (broken != null) {
        keep(folder, "could not be listed to its end");
      }
      return FileVisitResult.CONTINUE;
    }

    private void keep(Path path, String reason) {
      String prefix = relative(path);
      boolean lastGood = false;
      for (Map.Entry<String, FileStamp> entry : known.entrySet()) {
        String file = entry.getKey();
        if (prefix.isEmpty() || file.equals(prefix) || file.startsWith(prefix + "/")) {
          lastGood = true;
          files.putIfAbsent(file, entry.getValue());
        }
      }
      problems.add(
          new Manifests.Unreadable(prefix.isEmpty() ? root.toString() : prefix, reason, lastGood));
    }
  }

  private String relative(Path path) {
    return root.relativize(path).toString();
  }

  private static boolean hidden(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().startsWith(".");
  }

  private static boolean manifest(Path path) {
    String name = path.toString();
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }
}
