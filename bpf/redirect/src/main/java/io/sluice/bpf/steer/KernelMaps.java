package io.sluice.bpf.steer;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.LibbpfPresence;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.MapRows;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * What the kernel judges by in the network namespace of the calling thread, for people to look at:
 * whether an agent runs or not, as long as programs are attached; and what takes the short-cut,
 * which is there as long as its agent.
 */
public final class KernelMaps {
  private KernelMaps() {}

  /** The names that {@link #each} takes. */
  public static List<String> names() {
    return Arrays.stream(MapRows.values()).map(MapRows::title).toList();
  }

  /**
   * Gives the entries of a map at about this moment, in no order and one after the other, each with
   * the same columns; values are strings, numbers and booleans. None if no program is attached.
   *
   * @param name one of {@link #names}
   * @throws DatapathException names what the machine lacks and what to do; also where the programs
   *     are of a release that means something else by what is in its maps
   */
  public static void each(String name, Consumer<SequencedMap<String, Object>> sink)
      throws DatapathException {
    MapRows rows =
        Arrays.stream(MapRows.values())
            .filter(each -> each.title().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "map '" + name + "' (expected: one of " + names() + ")"));
    Privileges.require();
    try {
      LibbpfPresence.require();
      try (AttachedMaps attached = attached(rows)) {
        BpfMap map = attached.find(rows.map());
        if (map != null) {
          requireSameLayout(attached);
          rows.each(map, sink);
        }
      }
    } catch (BpfException failed) {
      throw new DatapathException("can't read map " + name + ": " + failed.getMessage(), failed);
    }
  }

  private static AttachedMaps attached(MapRows rows) throws BpfException {
    AttachedMaps steering = AttachedMaps.newest(Hooks.FROM_POD, Libc.interfaces().keySet());
    if (rows != MapRows.SHORTCUT) {
      return steering;
    }
    try (steering) {
      return ShortCut.attachedBeside(steering);
    }
  }

  private static void requireSameLayout(AttachedMaps attached)
      throws BpfException, DatapathException {
    int theirs = LayoutVersion.of(attached);
    int ours = Programs.layoutVersion();
    if (theirs != ours) {
      throw new DatapathException(
          "the programs that are attached have another layout of maps: version "
              + theirs
              + " (expected: "
              + ours
              + "); use the 'sluice' of the release that has attached them");
    }
  }
}
