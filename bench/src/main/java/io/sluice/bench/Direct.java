package io.sluice.bench;

/** Nothing in the way: no proxy and no program. */
record Direct() implements Contender {
  @Override
  public String name() {
    return "direct";
  }

  @Override
  public boolean judges() {
    return false;
  }

  @Override
  public Running start(Rig rig) {
    return Running.NOTHING;
  }
}
