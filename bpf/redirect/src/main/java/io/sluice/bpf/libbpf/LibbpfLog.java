package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps the last warnings that libbpf printed in a thread's calls, so that they end up in the
 * message of the call that failed and not on the terminal.
 */
final class LibbpfLog {
  private static final int LEVEL_WARN = 0;
  private static final int LINES = 12;
  private static final int LINE_BYTES = 4096;

  private static final ThreadLocal<Deque<String>> RECENT = ThreadLocal.withInitial(ArrayDeque::new);

  /** The va_list travels as a pointer in the calling conventions of x86-64 and AArch64. */
  private static final MethodHandle VSNPRINTF =
      Native.function(
          Native.LINKER.defaultLookup(),
          "vsnprintf",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  private static boolean capturing;

  private LibbpfLog() {}

  static synchronized void capture() {
    if (capturing) {
      return;
    }
    try {
      MethodHandle print =
          MethodHandles.lookup()
              .findStatic(
                  LibbpfLog.class,
                  "print",
                  MethodType.methodType(
                      int.class, int.class, MemorySegment.class, MemorySegment.class));
      MemorySegment callback =
          Native.LINKER.upcallStub(
              print, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS), Arena.global());
      MemorySegment previous = (MemorySegment) Libbpf.SET_PRINT.invokeExact(callback);
      capturing = previous != null;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** What libbpf said on this thread since the last call, one line each; empty if nothing. */
  static String take() {
    Deque<String> recent = RECENT.get();
    String said = String.join("\n", recent);
    recent.clear();
    return said.isEmpty() ? "" : "\n" + said;
  }

  /** Called by libbpf. Nothing may be thrown into it: that would end the process. */
  @SuppressWarnings("unused")
  private static int print(int level, MemorySegment format, MemorySegment arguments) {
    if (level != LEVEL_WARN) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment line = arena.allocate(LINE_BYTES);
      int length = (int) VSNPRINTF.invokeExact(line, (long) LINE_BYTES, format, arguments);
      Deque<String> recent = RECENT.get();
      if (recent.size() == LINES) {
        recent.removeFirst();
      }
      recent.addLast(Native.string(line, LINE_BYTES).strip());
      return length;
    } catch (Throwable thrown) {
      return -1;
    }
  }
}
