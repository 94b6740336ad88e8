package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One direction of an interface's tcx: an ordered list of programs that run before those of the
 * clsact, in the calling thread's namespace.
 *
 * <p>Programs are put there without a link, so that they belong to the interface: they stay when
 * the process ends, nothing has to be pinned, and they go with the interface.
 *
 * @param ifindex of the interface
 * @param point its direction
 */
public record TcxHook(int ifindex, TcHook.Point point) {
  /** Numbers of {@code enum bpf_attach_type}; libbpf 1.1 has no names for them. */
  private static final int TCX_INGRESS = 46;

  private static final int TCX_EGRESS = 47;

  /** Flags of {@code BPF_PROG_ATTACH}. */
  private static final int REPLACE = 4;

  private static final int BEFORE = 8;

  /** Size and fields of {@code struct bpf_prog_attach_opts} in libbpf 1.1. */
  private static final int OPTIONS_BYTES = 16;

  private static final int FLAGS = 8;
  private static final int REPLACED_FD = 12;

  /** As many as the kernel allows on one hook. */
  private static final int MAX_PROGRAMS = 64;

  private static final int LOOPBACK = 1;

  /** Whether the kernel has it: Linux 6.6 or later. */
  public static boolean isSupported() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      TcxHook hook = new TcxHook(LOOPBACK, TcHook.Point.INGRESS);
      int result = hook.query(arena.allocate(JAVA_INT), MemorySegment.NULL);
      if (result == -Errno.EINVAL) {
        return false;
      }
      hook.check(result, "query");
      return true;
    }
  }

  /** The numbers of all programs in the order in which they run; none if there is no tcx. */
  public List<Integer> programs() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocateFrom(JAVA_INT, MAX_PROGRAMS);
      MemorySegment ids = arena.allocate(JAVA_INT, MAX_PROGRAMS);
      int result = query(count, ids);
      if (result == -Errno.EINVAL || result == -Errno.ENODEV) {
        return List.of();
      }
      check(result, "query");
      long bytes = (long) count.get(JAVA_INT, 0) * Integer.BYTES;
      return Arrays.stream(ids.asSlice(0, bytes).toArray(JAVA_INT)).boxed().toList();
    }
  }

  /** Puts a program before all others. */
  public void prepend(BpfProgram program) throws BpfException {
    attach(program, BEFORE, 0);
  }

  /**
   * Puts a program in the place of another one, in one step.
   *
   * @param present the number of the other one
   */
  public void replace(int present, BpfProgram program) throws BpfException {
    int fd = BpfProgram.open(present);
    try {
      attach(program, REPLACE, fd);
    } finally {
      Libc.close(fd);
    }
  }

  /** Removes the program with that number. */
  public void detach(int present) throws BpfException {
    int fd = BpfProgram.open(present);
    try {
      int result = (int) Libbpf.PROG_DETACH.invokeExact(fd, ifindex, type());
      // It has gone with its interface.
      if (result != -Errno.ENOENT && result != -Errno.ENODEV) {
        check(result, "detach from");
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    } finally {
      Libc.close(fd);
    }
  }

  private void attach(BpfProgram program, int flags, int replacedFd) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
      options.set(JAVA_LONG, 0, OPTIONS_BYTES);
      options.set(JAVA_INT, FLAGS, flags);
      options.set(JAVA_INT, REPLACED_FD, replacedFd);
      check(
          (int) Libbpf.PROG_ATTACH.invokeExact(program.fd(), ifindex, type(), options),
          "attach to");
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  private int query(MemorySegment count, MemorySegment ids) {
    try {
      return (int)
          Libbpf.PROG_QUERY.invokeExact(ifindex, type(), 0, MemorySegment.NULL, ids, count);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  private int type() {
    return switch (point) {
      case INGRESS -> TCX_INGRESS;
      case EGRESS -> TCX_EGRESS;
    };
  }

  private void check(int result, String tried) throws BpfException {
    if (result < 0) {
      throw BpfException.of(
          tried + " the tcx " + point.name().toLowerCase(Locale.ROOT) + " hook", -result);
    }
  }
}
