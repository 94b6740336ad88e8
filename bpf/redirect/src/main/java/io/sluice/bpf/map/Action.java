package io.sluice.bpf.map;

/** What a policy entry says about a packet: {@code enum action}, weakest first. */
public enum Action {
  /** Lets it pass. */
  ALLOW(1),
  /** Hands it to the proxy; lets it pass as long as none is there. */
  STEER_OR_PASS(4),
  /** Hands it to the proxy. */
  STEER(2),
  /** Drops it. */
  DENY(3);

  private final byte number;

  Action(int number) {
    this.number = (byte) number;
  }

  byte number() {
    return number;
  }
}
