package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** What a policy entry says about a connection: {@code enum action}. A miss is a refusal. */
public enum Action {
  /** Lets it pass. */
  ALLOW(1),
  /** Hands it to the proxy. */
  STEER(2);

  public static final Layout<Action> LAYOUT =
      new Layout<>() {
        @Override
        public int bytes() {
          return (int) JAVA_INT.byteSize();
        }

        @Override
        public void write(Action action, MemorySegment to) {
          to.set(JAVA_INT, 0, action.number);
        }
      };

  private final int number;

  Action(int number) {
    this.number = number;
  }
}
