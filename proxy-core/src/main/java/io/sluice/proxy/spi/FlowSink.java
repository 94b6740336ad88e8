package io.sluice.proxy.spi;

/** Where every verdict goes: counted, kept, written. Never blocks and never throws. */
@FunctionalInterface
public interface FlowSink {

  /** Records one flow. */
  void record(Flow flow);
}
