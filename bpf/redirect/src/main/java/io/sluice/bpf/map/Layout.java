package io.sluice.bpf.map;

import java.lang.foreign.MemorySegment;

/**
 * How a value is laid out in memory that C reads.
 *
 * @param <T> the Java side of it
 */
public interface Layout<T> {

  /** Size of the C struct in bytes, padding included. */
  int bytes();

  /** Writes every field; what is not a field stays as it is, which is zero. */
  void write(T value, MemorySegment to);
}
