package io.sluice.xds.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads manifests once, from files and from folders with all that is below them; each is named by
 * the path that was given and its place below it.
 */
public final class ManifestFiles {
  private ManifestFiles() {}

  /**
   * Reads all paths in their order; what can't be read of an existing one is among the result.
   *
   * @throws NoSuchFileException if a path does not exist; its file is the path
   */
  public static Manifests read(List<Path> paths) throws NoSuchFileException {
    List<Manifest> manifests = new ArrayList<>();
    List<Manifests.Unreadable> unreadable = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        FolderScan.Result found =
            new FolderScan(path).look(Collections.unmodifiableSortedMap(new TreeMap<>()));
        for (Manifests.Unreadable problem : found.problems()) {
          String at = problem.source();
          String below = at.equals(path.toString()) ? at : path.resolve(at).toString();
          unreadable.add(new Manifests.Unreadable(below, problem.reason(), false));
        }
        found.files().keySet().forEach(file -> add(path.resolve(file), manifests, unreadable));
      } else if (Files.exists(path)) {
        add(path, manifests, unreadable);
      } else {
        throw new NoSuchFileException(path.toString());
      }
    }
    return new Manifests(List.copyOf(manifests), List.copyOf(unreadable));
  }

  /**
   * Takes one value of a larger file as a manifest, with the lines of that file.
   *
   * @param file the larger file
   * @throws UnreadableManifestException if it is no Kubernetes object
   */
  public static List<Manifest> inline(String file, Field object)
      throws UnreadableManifestException {
    return ManifestReader.of(file, List.of(object));
  }

  private static void add(
      Path path, List<Manifest> manifests, List<Manifests.Unreadable> unreadable) {
    String file = path.toString();
    try {
      manifests.addAll(ManifestReader.read(file, Documents.bytes(path)));
    } catch (IOException broken) {
      unreadable.add(new Manifests.Unreadable(file, "can't be read: " + broken, false));
    } catch (UnreadableManifestException broken) {
      String at = broken.line() == 0 ? file : file + ":" + broken.line();
      unreadable.add(new Manifests.Unreadable(at, String.valueOf(broken.getMessage()), false));
    }
  }
}
