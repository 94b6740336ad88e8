package io.sluice.bpf.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Finds C functions, and keeps the errno of those that report failure through it. */
final class Native {
  static final Linker LINKER = Linker.nativeLinker();

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private Native() {}

  static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(library.findOrThrow(name), type);
  }

  /** A function whose first parameter is a segment from {@link #errnoBuffer}. */
  static MethodHandle functionWithErrno(
      SymbolLookup library, String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(
        library.findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  static MemorySegment errnoBuffer(Arena arena) {
    return arena.allocate(CAPTURED);
  }

  static int errno(MemorySegment captured) {
    return (int) ERRNO.get(captured, 0L);
  }

  /** The C string at an address, at most {@code limit} bytes of it. */
  static String string(MemorySegment address, int limit) {
    MemorySegment bytes = address.reinterpret(limit);
    int end = 0;
    while (end < limit && bytes.get(ValueLayout.JAVA_BYTE, end) != 0) {
      end++;
    }
    byte[] text = bytes.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE);
    return new String(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** For the catch clause that every method handle call needs: C functions throw nothing. */
  static AssertionError impossible(Throwable thrown) {
    return new AssertionError("a C function threw", thrown);
  }
}
