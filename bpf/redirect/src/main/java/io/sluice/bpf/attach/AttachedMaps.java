package io.sluice.bpf.attach;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.BpfProgram;
import io.sluice.bpf.libbpf.Libc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The maps of the programs that are attached, be it by a process that is no more. They live as long
 * as the attachment does, so nothing of them is left when the interfaces or the namespace go.
 */
public final class AttachedMaps implements AutoCloseable {
  private final List<BpfMap> maps;

  private AttachedMaps(List<BpfMap> maps) {
    this.maps = maps;
  }

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
    AttachedMaps found = new AttachedMaps(new ArrayList<>());
    if (newest == 0) {
      return found;
    }
    try {
      for (int id : BpfProgram.mapsOf(newest)) {
        found.maps.add(BpfMap.open(id));
      }
      return found;
    } catch (BpfException failed) {
      found.close();
      throw failed;
    }
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
