package io.sluice.bpf.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * A map of a loaded object, as bytes: keys and values must have the sizes that the map was made
 * with.
 *
 * @param name for messages
 * @param fd open as long as the {@link BpfObject} it came from
 */
public record BpfMap(String name, int fd) {

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
   * All keys at about this moment, each in memory of {@code arena}; a map that changes meanwhile
   * may give some twice or not at all.
   *
   * @param bytes the size of a key
   */
  public List<MemorySegment> keys(Arena arena, int bytes) throws BpfException {
    List<MemorySegment> keys = new ArrayList<>();
    MemorySegment before = MemorySegment.NULL;
    try {
      while (true) {
        MemorySegment next = arena.allocate(bytes, 8);
        int result = (int) Libbpf.MAP_NEXT_KEY.invokeExact(fd, before, next);
        if (result == -Errno.ENOENT) {
          return keys;
        }
        check(result, "list");
        keys.add(next);
        before = next;
      }
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
