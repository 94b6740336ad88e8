package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/**
 * One direction of an interface's clsact queueing discipline, in the calling thread's namespace.
 *
 * @param ifindex of the interface
 * @param point its direction
 */
public record TcHook(int ifindex, Point point) {

  /** The two directions, with the numbers of {@code enum bpf_tc_attach_point}. */
  public enum Point {
    INGRESS(1),
    EGRESS(2);

    private final int number;

    Point(int number) {
      this.number = number;
    }
  }

  /**
   * Sizes and fields of {@code struct bpf_tc_hook} and {@code struct bpf_tc_opts} in libbpf 1.1.
   */
  private static final int HOOK_BYTES = 24;

  private static final int OPTIONS_BYTES = 32;
  private static final int PROGRAM_FD = 8;
  private static final int FLAGS = 12;
  private static final int PROGRAM_ID = 16;
  private static final int HANDLE = 20;
  private static final int PRIORITY = 24;

  private static final int REPLACE = 1;
  private static final int BOTH = 3;

  /** Makes the clsact of the interface; false if there was one. */
  public boolean create() throws BpfException {
    int result = onHook(Libbpf.TC_HOOK_CREATE, point.number);
    if (result == -Errno.EEXIST) {
      return false;
    }
    check(result, "create");
    return true;
  }

  /** Removes the clsact of the interface with all that is on it, in both directions. */
  public void destroyBoth() throws BpfException {
    int result = onHook(Libbpf.TC_HOOK_DESTROY, BOTH);
    if (!isAbsent(result)) {
      check(result, "remove the clsact of");
    }
  }

  /** Puts a program at a place, in one step also where another one is. */
  public void attach(BpfProgram program, int handle, int priority) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, handle, priority);
      options.set(JAVA_INT, PROGRAM_FD, program.fd());
      options.set(JAVA_INT, FLAGS, REPLACE);
      check(call(Libbpf.TC_ATTACH, hook(arena, point.number), options), "attach to");
    }
  }

  /** Removes what is at a place; nothing there is fine. */
  public void detach(int handle, int priority) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      int result =
          call(Libbpf.TC_DETACH, hook(arena, point.number), options(arena, handle, priority));
      if (!isAbsent(result)) {
        check(result, "detach from");
      }
    }
  }

  /** The number of the program at a place. */
  public OptionalInt query(int handle, int priority) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, handle, priority);
      int result = call(Libbpf.TC_QUERY, hook(arena, point.number), options);
      if (isAbsent(result)) {
        LibbpfLog.take();
        return OptionalInt.empty();
      }
      check(result, "query");
      return OptionalInt.of(options.get(JAVA_INT, PROGRAM_ID));
    }
  }

  /** No such filter; no clsact, which the kernel calls invalid; no such interface. */
  private static boolean isAbsent(int result) {
    return result == -Errno.ENOENT || result == -Errno.EINVAL || result == -Errno.ENODEV;
  }

  private void check(int result, String tried) throws BpfException {
    String said = LibbpfLog.take();
    if (result < 0) {
      throw BpfException.of(
          tried + " the tc " + point.name().toLowerCase(java.util.Locale.ROOT) + " hook" + said,
          -result);
    }
  }

  private int onHook(MethodHandle function, int points) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) function.invokeExact(hook(arena, points));
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  private static int call(MethodHandle function, MemorySegment hook, MemorySegment options) {
    try {
      return (int) function.invokeExact(hook, options);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  private MemorySegment hook(Arena arena, int points) {
    MemorySegment hook = arena.allocate(HOOK_BYTES, 8);
    hook.set(JAVA_LONG, 0, HOOK_BYTES);
    hook.set(JAVA_INT, 8, ifindex);
    hook.set(JAVA_INT, 12, points);
    return hook;
  }

  private static MemorySegment options(Arena arena, int handle, int priority) {
    MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
    options.set(JAVA_LONG, 0, OPTIONS_BYTES);
    options.set(JAVA_INT, HANDLE, handle);
    options.set(JAVA_INT, PRIORITY, priority);
    return options;
  }
}
