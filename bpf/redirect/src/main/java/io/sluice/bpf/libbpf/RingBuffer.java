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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a ring buffer map; one thread polls, and the records it gets are valid during the call
 * only.
 */
public final class RingBuffer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RingBuffer.class);

  private final Arena arena = Arena.ofShared();
  private final Consumer<MemorySegment> reader;
  private final MemorySegment buffer;

  /** Starts to read a map of type RINGBUF. */
  public RingBuffer(BpfMap map, Consumer<MemorySegment> reader) throws BpfException {
    this.reader = reader;
    try {
      MethodHandle received =
          MethodHandles.lookup()
              .bind(
                  this,
                  "received",
                  MethodType.methodType(
                      int.class, MemorySegment.class, MemorySegment.class, long.class));
      MemorySegment callback =
          Native.LINKER.upcallStub(
              received, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG), arena);
      MemorySegment errno = Native.errnoBuffer(arena);
      buffer =
          (MemorySegment)
              Libbpf.RING_BUFFER_NEW.invokeExact(
                  errno, map.fd(), callback, MemorySegment.NULL, MemorySegment.NULL);
      if (buffer.equals(MemorySegment.NULL)) {
        throw BpfException.of("read the ring buffer " + map.name(), Native.errno(errno));
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Hands over what has come, after waiting up to {@code millis} to be woken by a program. */
  public void poll(int millis) throws BpfException {
    try {
      int result = (int) Libbpf.RING_BUFFER_POLL.invokeExact(buffer, millis);
      if (result == 0) {
        // Not woken: there may be records all the same.
        result = (int) Libbpf.RING_BUFFER_CONSUME.invokeExact(buffer);
      }
      if (result < 0 && result != -Errno.EINTR) {
        throw BpfException.of("poll a ring buffer", -result);
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Must not run while another thread polls. */
  @Override
  public void close() {
    try {
      Libbpf.RING_BUFFER_FREE.invokeExact(buffer);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
    arena.close();
  }

  /** Called by libbpf. Nothing may be thrown into it: that would end the process. */
  @SuppressWarnings("unused")
  private int received(MemorySegment context, MemorySegment data, long size) {
    try {
      reader.accept(data.reinterpret(size).asReadOnly());
    } catch (Throwable thrown) {
      log.warn("the reader of a ring buffer failed; the record is lost", thrown);
    }
    return 0;
  }
}
