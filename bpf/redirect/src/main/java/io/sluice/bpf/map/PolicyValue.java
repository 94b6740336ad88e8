package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * What the programs do with packets that a {@link PolicyKey} matches: {@code struct policy}.
 *
 * @param action what becomes of them
 * @param audited whether the audited policies alone would have it otherwise
 * @param rule what reports carry
 */
public record PolicyValue(Action action, boolean audited, int rule) {
  static final int ACTION = 0;
  static final int AUDITED = 1;
  static final int RULE = 4;
  static final int BYTES = 8;

  public static final Layout<PolicyValue> LAYOUT =
      new Layout<>() {
        @Override
        public int bytes() {
          return BYTES;
        }

        @Override
        public void write(PolicyValue value, MemorySegment to) {
          to.set(JAVA_BYTE, ACTION, value.action.number());
          to.set(JAVA_BYTE, AUDITED, (byte) (value.audited ? 1 : 0));
          to.set(JAVA_INT, RULE, value.rule);
        }
      };
}
