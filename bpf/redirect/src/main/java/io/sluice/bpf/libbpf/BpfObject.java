package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A compiled object file: opened, given its constants, loaded, and then a source of programs and
 * maps.
 *
 * <p>Closing it closes their descriptors; what is attached keeps its programs and their maps alive.
 */
public final class BpfObject implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment object;
  private boolean closed;

  private BpfObject(Arena arena, MemorySegment object) {
    this.arena = arena;
    this.object = object;
  }

  /**
   * Parses an object file without asking the kernel for anything.
   *
   * @throws BpfException if libbpf is missing or does not understand the file
   */
  public static BpfObject open(byte[] elf) throws BpfException {
    LibbpfPresence.require();
    Arena arena = Arena.ofShared();
    try {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, elf);
      MemorySegment object =
          (MemorySegment)
              Libbpf.OBJECT_OPEN_MEM.invokeExact(
                  errno, bytes, (long) elf.length, MemorySegment.NULL);
      if (object.equals(MemorySegment.NULL)) {
        throw BpfException.of("open the eBPF object" + LibbpfLog.take(), Native.errno(errno));
      }
      return new BpfObject(arena, object);
    } catch (BpfException failed) {
      arena.close();
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /**
   * The bytes that a constant section starts with; to be written before {@link #load}.
   *
   * @param section name of the section, as {@code .rodata.settings}
   */
  public MemorySegment constants(String section) throws BpfException {
    MemorySegment map = find(Libbpf.FIND_MAP, "section", section);
    try (Arena local = Arena.ofConfined()) {
      MemorySegment size = local.allocate(JAVA_LONG);
      MemorySegment value = (MemorySegment) Libbpf.MAP_INITIAL_VALUE.invokeExact(map, size);
      return value.reinterpret(size.get(JAVA_LONG, 0));
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /**
   * The shape of a map that is to be created. To be asked before {@link #load}.
   *
   * @param map its name
   */
  public MapShape shape(String map) throws BpfException {
    MemorySegment found = find(Libbpf.FIND_MAP, "map", map);
    return new MapShape(
        number(Libbpf.MAP_TYPE, found),
        number(Libbpf.MAP_KEY_SIZE, found),
        number(Libbpf.MAP_VALUE_SIZE, found),
        number(Libbpf.MAP_MAX_ENTRIES, found));
  }

  /**
   * Has the programs use a map that is there already, instead of one of their own with the same
   * name. To be called before {@link #load}.
   *
   * @param present of the same shape; it may be closed afterwards
   */
  public void use(BpfMap present) throws BpfException {
    MemorySegment map = find(Libbpf.FIND_MAP, "map", present.name());
    try {
      int result = (int) Libbpf.MAP_REUSE_FD.invokeExact(map, present.fd());
      if (result < 0) {
        throw BpfException.of("use the eBPF map " + present.name() + LibbpfLog.take(), -result);
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /**
   * Creates the maps and has the kernel verify the programs.
   *
   * @throws BpfException with the verifier's last words
   */
  public void load() throws BpfException {
    try {
      int result = (int) Libbpf.OBJECT_LOAD.invokeExact(object);
      String said = LibbpfLog.take();
      if (result < 0) {
        throw BpfException.of("load the eBPF programs" + said, -result);
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** A loaded program. */
  public BpfProgram program(String name) throws BpfException {
    return new BpfProgram(
        name, number(Libbpf.PROGRAM_FD, find(Libbpf.FIND_PROGRAM, "program", name)));
  }

  /** A created map. */
  public BpfMap map(String name) throws BpfException {
    return new BpfMap(name, number(Libbpf.MAP_FD, find(Libbpf.FIND_MAP, "map", name)));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Libbpf.OBJECT_CLOSE.invokeExact(object);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
    arena.close();
  }

  private MemorySegment find(MethodHandle function, String kind, String name) throws BpfException {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment found = (MemorySegment) function.invokeExact(object, local.allocateFrom(name));
      if (found.equals(MemorySegment.NULL)) {
        throw BpfException.of("find " + kind + " " + name + " in the eBPF object", Errno.ENOENT);
      }
      return found;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  private static int number(MethodHandle function, MemorySegment of) {
    try {
      return (int) function.invokeExact(of);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }
}
