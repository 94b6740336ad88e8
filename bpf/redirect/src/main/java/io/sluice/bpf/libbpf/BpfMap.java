package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A map of a loaded object, as bytes: keys and values must have the sizes that the map was made
 * with.
 *
 * @param name for messages
 * @param fd open as long as the {@link BpfObject} it came from
 */
public record BpfMap(String name, int fd) {

  /** {@code struct bpf_map_info} as far as we read it. */
  private static final int INFO_TYPE = 0;

  private static final int INFO_KEY_BYTES = 8;
  private static final int INFO_VALUE_BYTES = 12;
  private static final int INFO_MAX_ENTRIES = 16;
  private static final int INFO_NAME = 24;
  private static final int INFO_NAME_BYTES = 16;
  private static final int INFO_BYTES = INFO_NAME + INFO_NAME_BYTES;

  /** The map with that number; its descriptor is the caller's to close. */
  public static BpfMap open(int id) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) Libbpf.MAP_FD_BY_ID.invokeExact(id);
      if (fd < 0) {
        throw BpfException.of("open eBPF map " + id, -fd);
      }
      return new BpfMap(Native.string(info(fd, arena).asSlice(INFO_NAME), INFO_NAME_BYTES), fd);
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** What the kernel made it as. */
  public MapShape shape() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = info(fd, arena);
      return new MapShape(
          info.get(JAVA_INT, INFO_TYPE),
          info.get(JAVA_INT, INFO_KEY_BYTES),
          info.get(JAVA_INT, INFO_VALUE_BYTES),
          info.get(JAVA_INT, INFO_MAX_ENTRIES));
    }
  }

  private static MemorySegment info(int fd, Arena arena) throws BpfException {
    try {
      MemorySegment info = arena.allocate(INFO_BYTES, 8);
      MemorySegment size = arena.allocateFrom(JAVA_INT, INFO_BYTES);
      int result = (int) Libbpf.INFO_BY_FD.invokeExact(fd, info, size);
      if (result < 0) {
        throw BpfException.of("ask about an eBPF map", -result);
      }
      return info;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Inserts or replaces. */
  public void put(MemorySegment key, MemorySegment value) throws BpfException {
    try {
      int result = (int) Libbpf.MAP_UPDATE.invokeExact(fd, key, value, 0L);
      check(result, "write to");
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Size in bytes of the values of all processors, of a map that has one for each. */
  public static int bytesOfAllCpus(int bytesOfOne) throws BpfException {
    try {
      int cpus = (int) Libbpf.POSSIBLE_CPUS.invokeExact();
      if (cpus < 0) {
        throw BpfException.of("count the processors", -cpus);
      }
      return cpus * bytesOfOne;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Removes; a key that is not there is fine. */
  public void remove(MemorySegment key) throws BpfException {
    try {
      int result = (int) Libbpf.MAP_DELETE.invokeExact(fd, key);
      if (result != -Errno.ENOENT) {
        check(result, "remove from");
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Copies the value of a key to {@code value}; false if there is none. */
  public boolean get(MemorySegment key, MemorySegment value) throws BpfException {
    MethodHandle lookup = Libbpf.MAP_LOOKUP;
    try {
      int result = (int) lookup.invokeExact(fd, key, value);
      if (result == -Errno.ENOENT) {
        return false;
      }
      check(result, "read from");
      return true;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /**
   * Copies the key that comes after another one; false if there is none. In a map that changes
   * meanwhile a walk may meet some twice or not at all, and need not end.
   *
   * @param before a key, or NULL for the first; may be {@code next} itself
   */
  public boolean next(MemorySegment before, MemorySegment next) throws BpfException {
    try {
      int result = (int) Libbpf.MAP_NEXT_KEY.invokeExact(fd, before, next);
      if (result == -Errno.ENOENT) {
        return false;
      }
      check(result, "list");
      return true;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  private void check(int result, String tried) throws BpfException {
    if (result < 0) {
      throw BpfException.of(tried + " the eBPF map " + name, -result);
    }
  }
}
