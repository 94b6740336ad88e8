package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A program of a loaded object.
 *
 * @param name of the C function; the kernel keeps its first 15 characters
 * @param fd open as long as the {@link BpfObject} it came from
 */
public record BpfProgram(String name, int fd) {
  /** Size and fields of {@code struct bpf_test_run_opts} in libbpf 1.1. */
  private static final int OPTIONS_BYTES = 80;

  private static final int DATA_IN = 8;
  private static final int DATA_SIZE_IN = 24;
  private static final int CONTEXT_IN = 32;
  private static final int CONTEXT_OUT = 40;
  private static final int CONTEXT_SIZE_IN = 48;
  private static final int CONTEXT_SIZE_OUT = 52;
  private static final int RESULT = 56;
  private static final int REPEAT = 60;
  private static final int DURATION = 64;

  /** Numbers of {@code enum bpf_attach_type}. */
  private static final int CGROUP_SOCK_OPS = 3;

  private static final int SK_MSG_VERDICT = 7;

  /** As many as the kernel allows on one control group. */
  private static final int MAX_OF_GROUP = 64;

  /** Offsets in {@code struct bpf_prog_info}, and how much of that we ask for. */
  private static final int INFO_ID = 4;

  private static final int INFO_MAP_COUNT = 52;
  private static final int INFO_MAPS = 56;
  private static final int INFO_NAME = 64;
  private static final int INFO_NAME_BYTES = 16;
  private static final int INFO_VERIFIED = 216;
  private static final int MAX_MAPS = 32;
  private static final int INFO_BYTES = INFO_VERIFIED + 8;

  /**
   * Runs the program on a frame that nobody sends.
   *
   * @param frame from its Ethernet header on
   * @param context a {@code struct __sk_buff}, which the program's changes are written back to
   * @return what the program returned
   */
  public int testRun(byte[] frame, MemorySegment context) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      return testRun(frame, context, 1, arena).get(JAVA_INT, RESULT);
    }
  }

  /** The mean time that a run on a frame takes, of so many one after the other; in ns. */
  public int timeRuns(byte[] frame, MemorySegment context, int repeat) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      return testRun(frame, context, repeat, arena).get(JAVA_INT, DURATION);
    }
  }

  private MemorySegment testRun(byte[] frame, MemorySegment context, int repeat, Arena arena)
      throws BpfException {
    try {
      MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
      options.set(JAVA_LONG, 0, OPTIONS_BYTES);
      options.set(ADDRESS, DATA_IN, arena.allocateFrom(JAVA_BYTE, frame));
      options.set(JAVA_INT, DATA_SIZE_IN, frame.length);
      options.set(ADDRESS, CONTEXT_IN, context);
      options.set(ADDRESS, CONTEXT_OUT, context);
      options.set(JAVA_INT, REPEAT, repeat);
      options.set(JAVA_INT, CONTEXT_SIZE_IN, (int) context.byteSize());
      options.set(JAVA_INT, CONTEXT_SIZE_OUT, (int) context.byteSize());
      int result = (int) Libbpf.PROG_TEST_RUN.invokeExact(fd, options);
      if (result < 0) {
        throw BpfException.of("run " + name + " on a test frame", -result);
      }
      return options;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /**
   * Attaches to a control group and all below it, beside programs of others, for as long as the
   * result is open; it closes with the process.
   *
   * @param group descriptor of the directory
   * @return descriptor of the link
   */
  public int linkToSocketsOf(int group) throws BpfException {
    try {
      int link =
          (int) Libbpf.LINK_CREATE.invokeExact(fd, group, CGROUP_SOCK_OPS, MemorySegment.NULL);
      if (link < 0) {
        throw BpfException.of("attach " + name + " to the control group", -link);
      }
      return link;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /**
   * The numbers of the programs that {@link #linkToSocketsOf} or others have attached to a control
   * group.
   *
   * @param group descriptor of the directory
   */
  public static int[] onSocketsOf(int group) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocateFrom(JAVA_INT, MAX_OF_GROUP);
      MemorySegment ids = arena.allocate(JAVA_INT, MAX_OF_GROUP);
      int result =
          (int)
              Libbpf.PROG_QUERY.invokeExact(
                  group, CGROUP_SOCK_OPS, 0, MemorySegment.NULL, ids, count);
      if (result < 0) {
        throw BpfException.of("list the eBPF programs of the control group", -result);
      }
      return ids.asSlice(0, (long) count.get(JAVA_INT, 0) * Integer.BYTES).toArray(JAVA_INT);
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Attaches to what the sockets of a map send; sockets that are in it already keep theirs. */
  public void attachToMessagesOf(BpfMap map) throws BpfException {
    try {
      int result = (int) Libbpf.PROG_ATTACH_TO_MAP.invokeExact(fd, map.fd(), SK_MSG_VERDICT, 0);
      if (result < 0) {
        throw BpfException.of("attach " + name + " to the eBPF map " + map.name(), -result);
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** The number that the kernel gave this program. */
  public int id() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      return info(fd, arena).get(JAVA_INT, INFO_ID);
    }
  }

  /**
   * How many instructions the verifier looked at before it took the program, of 1,000,000 that it
   * looks at; 0 if the kernel doesn't tell, which it does from 5.16 on.
   */
  public int verifiedInstructions() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      return info(fd, arena).get(JAVA_INT, INFO_VERIFIED);
    }
  }

  /** The name of the program with that number, or an empty string if it is gone. */
  public static String nameOf(int id) throws BpfException {
    int fd = find(id);
    if (fd == -Errno.ENOENT) {
      return "";
    }
    try (Arena arena = Arena.ofConfined()) {
      return Native.string(info(fd, arena).asSlice(INFO_NAME), INFO_NAME_BYTES);
    } finally {
      Libc.close(fd);
    }
  }

  /** The numbers of the maps that the program with that number uses; none if it is gone. */
  public static int[] mapsOf(int id) throws BpfException {
    int fd = find(id);
    if (fd == -Errno.ENOENT) {
      return new int[0];
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ids = arena.allocate(JAVA_INT, MAX_MAPS);
      MemorySegment info = arena.allocate(INFO_BYTES, 8);
      info.set(JAVA_INT, INFO_MAP_COUNT, MAX_MAPS);
      info.set(ADDRESS, INFO_MAPS, ids);
      int count = fill(fd, info, arena).get(JAVA_INT, INFO_MAP_COUNT);
      return ids.asSlice(0, (long) Math.min(count, MAX_MAPS) * Integer.BYTES).toArray(JAVA_INT);
    } finally {
      Libc.close(fd);
    }
  }

  /** Whether the program with that number uses a map of that name. */
  public static boolean uses(int id, String map) throws BpfException {
    for (int each : mapsOf(id)) {
      BpfMap used = BpfMap.open(each);
      try {
        if (used.name().equals(map)) {
          return true;
        }
      } finally {
        Libc.close(used.fd());
      }
    }
    return false;
  }

  /** Opens the program with that number; the caller closes the descriptor. */
  static int open(int id) throws BpfException {
    int fd = find(id);
    if (fd < 0) {
      throw BpfException.of("open eBPF program " + id, -fd);
    }
    return fd;
  }

  /** The same, but -ENOENT if it is gone. */
  private static int find(int id) throws BpfException {
    int fd;
    try {
      fd = (int) Libbpf.PROG_FD_BY_ID.invokeExact(id);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
    if (fd < 0 && fd != -Errno.ENOENT) {
      throw BpfException.of("open eBPF program " + id, -fd);
    }
    return fd;
  }

  private static MemorySegment info(int fd, Arena arena) throws BpfException {
    return fill(fd, arena.allocate(INFO_BYTES, 8), arena);
  }

  private static MemorySegment fill(int fd, MemorySegment info, Arena arena) throws BpfException {
    try {
      MemorySegment size = arena.allocateFrom(JAVA_INT, INFO_BYTES);
      int result = (int) Libbpf.INFO_BY_FD.invokeExact(fd, info, size);
      if (result < 0) {
        throw BpfException.of("ask about an eBPF program", -result);
      }
      return info;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }
}
