package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** The layout of keys and values that are one {@code __u32}. */
public final class Numbers {
  public static final Layout<Integer> LAYOUT =
      new Layout<>() {
        @Override
        public int bytes() {
          return (int) JAVA_INT.byteSize();
        }

        @Override
        public void write(Integer value, MemorySegment to) {
          to.set(JAVA_INT, 0, value);
        }
      };

  private Numbers() {}
}
