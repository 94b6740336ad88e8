package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.BpfObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Says which meaning the bytes in the maps of programs have: {@code layout_version.h}. The shapes
 * of two maps may be equal where that is not.
 */
final class LayoutVersion {
  /** Of programs that are older than the first version. */
  private static final int NONE = 0;

  /** Name of the section in the object, and of the map that libbpf makes of it. */
  private static final String SECTION = ".rodata.version";

  private LayoutVersion() {}

  /** That of programs that are not loaded yet. */
  static int of(BpfObject object) throws BpfException {
    return object.constants(SECTION).get(JAVA_INT, 0);
  }

  /** That of programs that are attached, whichever release has loaded them; 0 if they say none. */
  static int of(AttachedMaps attached) throws BpfException {
    BpfMap map = attached.find(SECTION);
    // What is read has to fit into the memory that we read it to.
    if (map == null || map.shape().valueBytes() != Integer.BYTES) {
      return NONE;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(JAVA_INT);
      return map.get(arena.allocateFrom(JAVA_INT, 0), version) ? version.get(JAVA_INT, 0) : NONE;
    }
  }
}
