package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.ProcFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Remembers, across processes, what has to be put back in one network namespace: it is written
 * before the thing is changed, and the first value of a setting is the one that is kept.
 *
 * <p>The file is {@code <stateDir>/<namespace cookie>/undo}. It counts for one boot only: cookies
 * start anew with the next.
 */
public final class Ledger {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path file;
  private final String boot;
  private final Map<String, String> settings = new TreeMap<>();
  private final Set<Integer> hooks = new TreeSet<>();

  private Ledger(Path file, String boot) {
    this.file = file;
    this.boot = boot;
  }

  /** The ledger of the calling thread's namespace, empty if there is none. */
  public static Ledger open(Path stateDir) throws DatapathException {
    try {
      Path file = directory(stateDir).resolve("undo");
      Ledger ledger = new Ledger(file, "boot " + ProcFile.read(BOOT_ID));
      if (Files.exists(file)) {
        ledger.read(Files.readAllLines(file));
      }
      return ledger;
    } catch (IOException | BpfException failed) {
      throw new DatapathException(
          "can't read what is to be put back from " + stateDir + ": " + failed.getMessage(),
          failed);
    }
  }

  /** Where what belongs to the calling thread's namespace is kept. */
  static Path directory(Path stateDir) throws BpfException {
    return stateDir.resolve(Long.toUnsignedString(Libc.namespaceCookie()));
  }

  /** Keeps the value that a setting had before we changed it, unless one is kept already. */
  void keepSetting(String name, String original) throws DatapathException {
    if (settings.putIfAbsent(name, original) == null) {
      write();
    }
  }

  /** Keeps that the clsact of an interface is ours. */
  void keepHook(int ifindex) throws DatapathException {
    if (hooks.add(ifindex)) {
      write();
    }
  }

  boolean ownsHook(int ifindex) {
    return hooks.contains(ifindex);
  }

  void forgetHook(int ifindex) throws DatapathException {
    if (hooks.remove(ifindex)) {
      write();
    }
  }

  /** Forgets the clsacts of interfaces that are gone: pods come and go, and this must not grow. */
  void retainHooks(Set<Integer> present) throws DatapathException {
    if (hooks.retainAll(present)) {
      write();
    }
  }

  /** Settings and their original values. */
  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  /** Forgets everything, and what others have kept beside it for this namespace. */
  void delete() throws DatapathException {
    settings.clear();
    hooks.clear();
    try {
      Path directory = file.getParent();
      if (directory != null && Files.isDirectory(directory)) {
        try (Stream<Path> kept = Files.list(directory)) {
          for (Path each : kept.toList()) {
            Files.delete(each);
          }
        }
        Files.delete(directory);
      }
    } catch (IOException failed) {
      throw new DatapathException("can't remove " + file + ": " + failed.getMessage(), failed);
    }
  }

  private void read(List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(boot)) {
      return;
    }
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("setting") && words.length == 3) {
        settings.put(words[1], words[2]);
      } else if (words[0].equals("clsact") && words.length == 2) {
        hooks.add(Integer.parseInt(words[1]));
      }
    }
  }

  private void write() throws DatapathException {
    List<String> lines = new ArrayList<>();
    lines.add(boot);
    settings.forEach((name, value) -> lines.add("setting " + name + " " + value));
    hooks.forEach(ifindex -> lines.add("clsact " + ifindex));
    Path next = file.resolveSibling("undo.next");
    try {
      Files.createDirectories(next.getParent());
      Files.write(next, lines);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new DatapathException(
          "can't write what is to be put back to " + file + ": " + failed.getMessage(), failed);
    }
  }
}
