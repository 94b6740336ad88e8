package io.sluice.xds.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of manifests, watched: a change is told once writes have rested for 100 ms, and a file
 * that can't be read keeps what it last held; what the machine does not give is read again.
 *
 * <p>It looks at the files' metadata instead of asking the kernel for events: that sees renames,
 * new subfolders and the swapped symlinks of a mounted ConfigMap alike, on every file system, and
 * can't lose an event.
 */
public final class WorldFolder implements WorldSource {
  private static final Logger LOG = LoggerFactory.getLogger(WorldFolder.class);
  private static final Duration REST = Duration.ofMillis(100);

  /**
   * How long a file must have been empty before that counts: a writer that truncates first may be
   * kept from writing for a while, and its policies must not lapse meanwhile.
   */
  private static final Duration REST_OF_EMPTIED = Duration.ofMillis(500);

  /** A look at the folder may take one part in so many of the time, however large the folder is. */
  private static final int SPARE = 20;

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);

  private final Path root;
  private final FolderScan scan;
  private final Map<String, Loaded> files = new HashMap<>();
  private SortedMap<String, FileStamp> applied = new TreeMap<>();
  private List<Manifests.Unreadable> scanProblems = List.of();
  private boolean read;
  private @Nullable Thread watcher;
  private volatile boolean closed;

  /**
   * What one file held when it was last read, and what was wrong with it since.
   *
   * @param again whether it is to be read again though it has not changed: the machine did not give
   *     it
   */
  private record Loaded(
      List<Manifest> manifests, Manifests.@Nullable Unreadable problem, boolean again) {}

  /** Makes one for a folder; nothing is read yet. */
  public WorldFolder(Path root) {
    this.root = root;
    this.scan = new FolderScan(root);
  }

  @Override
  public synchronized Manifests read() throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NoSuchFileException(
          root.toString(), null, "not a folder; name a folder of manifests");
    }
    apply(scan.look(applied));
    read = true;
    return manifests();
  }

  @Override
  public synchronized void watch(Consumer<Manifests> listener) {
    if (!read || watcher != null) {
      throw new IllegalStateException(read ? "watched already" : "read() comes first");
    }
    watcher = Thread.ofPlatform().daemon().name("world-folder").start(() -> run(listener));
  }

  @Override
  public void close() {
    closed = true;
    Thread running;
    synchronized (this) {
      running = watcher;
    }
    if (running != null && !running.equals(Thread.currentThread())) {
      running.interrupt();
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(Consumer<Manifests> listener) {
    FolderScan.Result before = new FolderScan.Result(applied, scanProblems);
    long restsSince = System.nanoTime();
    while (!closed) {
      long began = System.nanoTime();
      try {
        FolderScan.Result now = scan.look(applied);
        if (!now.equals(before)) {
          restsSince = began;
          before = now;
        } else {
          take(now, began - restsSince, listener);
        }
      } catch (RuntimeException fault) {
        // What is in force stays in force; the next look may fare better.
        LOG.warn("The world folder could not be read: {}", fault.toString());
      }
      long pause = Math.max(REST.toNanos(), SPARE * (System.nanoTime() - began));
      LockSupport.parkNanos(Math.min(pause, LONGEST_PAUSE.toNanos()));
    }
  }

  /** Takes what two looks, one pause apart, have seen alike: the rest that a change waits for. */
  private void take(FolderScan.Result found, long restNanos, Consumer<Manifests> listener) {
    boolean changed = !found.files().equals(applied) || !found.problems().equals(scanProblems);
    boolean again = files.values().stream().anyMatch(Loaded::again);
    if (!(changed || again) || (empties(found) && restNanos < REST_OF_EMPTIED.toNanos())) {
      return;
    }
    boolean loaded = apply(found);
    if ((changed || loaded) && !closed) {
      listener.accept(manifests());
    }
  }

  private boolean empties(FolderScan.Result found) {
    return found.files().entrySet().stream()
        .anyMatch(
            file ->
                file.getValue().size() == 0
                    && applied.containsKey(file.getKey())
                    && applied.get(file.getKey()).size() > 0);
  }

  /** Returns whether a file that was read is not as it was. */
  private boolean apply(FolderScan.Result found) {
    boolean changed = false;
    SortedMap<String, FileStamp> next = new TreeMap<>(found.files());
    files.keySet().retainAll(next.keySet());
    for (Map.Entry<String, FileStamp> entry : found.files().entrySet()) {
      String file = entry.getKey();
      Loaded last = files.get(file);
      if (entry.getValue().equals(applied.get(file)) && last != null && !last.again) {
        continue;
      }
      Loaded loaded = load(file, entry.getValue(), last);
      if (loaded == null) {
        // Written while it was read: what was known stays, and the next look sees another stamp.
        FileStamp known = applied.get(file);
        if (known == null) {
          next.remove(file);
        } else {
          next.put(file, known);
        }
      } else {
        files.put(file, loaded);
        changed |= !loaded.equals(last);
      }
    }
    applied = next;
    scanProblems = found.problems();
    return changed;
  }

  private @Nullable Loaded load(String file, FileStamp stamp, @Nullable Loaded last) {
    List<Manifest> lastGood = last == null ? List.of() : last.manifests;
    try {
      Path path = root.resolve(file);
      byte[] content = Documents.bytes(path);
      if (!stamp.equals(FileStamp.of(path))) {
        return null;
      }
      return new Loaded(ManifestReader.read(file, content), null, false);
    } catch (NoSuchFileException gone) {
      return null;
    } catch (IOException broken) {
      String reason = "can't be read: " + broken;
      return new Loaded(lastGood, unreadable(file, 0, reason, lastGood), true);
    } catch (UnreadableManifestException broken) {
      String reason = String.valueOf(broken.getMessage());
      return new Loaded(lastGood, unreadable(file, broken.line(), reason, lastGood), false);
    }
  }

  private static Manifests.Unreadable unreadable(
      String file, int line, String reason, List<Manifest> lastGood) {
    return new Manifests.Unreadable(
        line == 0 ? file : file + ":" + line, reason, !lastGood.isEmpty());
  }

  private Manifests manifests() {
    List<Manifest> all = new ArrayList<>();
    List<Manifests.Unreadable> unreadable = new ArrayList<>(scanProblems);
    for (String file : applied.keySet()) {
      Loaded loaded = files.get(file);
      if (loaded == null) {
        continue;
      }
      all.addAll(loaded.manifests);
      if (loaded.problem != null) {
        unreadable.add(loaded.problem);
      }
    }
    return new Manifests(List.copyOf(all), List.copyOf(unreadable));
  }
}
