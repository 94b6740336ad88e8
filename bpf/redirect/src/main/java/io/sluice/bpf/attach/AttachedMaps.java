package io.sluice.bpf.attach;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.BpfProgram;
import io.sluice.bpf.libbpf.Libc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The maps of the programs that are attached, be it by a process that is no more. They live as long
 * as the attachment does, so nothing of them is left when the interfaces or the namespace go.
 */
public final class AttachedMaps implements AutoCloseable {
  private final Set<Integer> ids = new HashSet<>();
  private final List<BpfMap> maps = new ArrayList<>();

  private AttachedMaps() {}

  /**
   * Those of the program that was loaded last, of all that hang at one place; none if there is
   * none.
   *
   * @param hook the place
   * @param ifindexes the interfaces to look at
   */
  public static AttachedMaps newest(Hook hook, Collection<Integer> ifindexes) throws BpfException {
    int newest = 0;
    for (int ifindex : ifindexes) {
      OptionalInt program = hook.attached(ifindex);
      newest = Math.max(newest, program.orElse(0));
    }
    return newest == 0 ? none() : of(newest);
  }

  /** No map. */
  public static AttachedMaps none() {
    return new AttachedMaps();
  }

  /** Those of the program with that number; none if it is gone. */
  public static AttachedMaps of(int program) throws BpfException {
    AttachedMaps found = new AttachedMaps();
    try {
      for (int id : BpfProgram.mapsOf(program)) {
        found.maps.add(BpfMap.open(id));
        found.ids.add(id);
      }
      return found;
    } catch (BpfException failed) {
      found.close();
      throw failed;
    }
  }

  /** Whether the program with that number uses one of them, too. */
  public boolean areUsedBy(int program) throws BpfException {
    return Arrays.stream(BpfProgram.mapsOf(program)).anyMatch(ids::contains);
  }

  /** The map with a name, open as long as this is; null if there is none. */
  public @Nullable BpfMap find(String name) {
    return maps.stream().filter(map -> map.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public void close() {
    maps.forEach(map -> Libc.close(map.fd()));
  }
}
