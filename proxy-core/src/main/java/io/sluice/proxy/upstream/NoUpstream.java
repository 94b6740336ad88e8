package io.sluice.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;

/** Where no socket could be had: carries nothing, and says soon that it is closed. */
final class NoUpstream implements Upstream {
  private final UpstreamHolder holder;
  private final UpstreamEvents events;

  NoUpstream(EventLoop loop, UpstreamHolder holder, UpstreamEvents events) {
    this.holder = holder;
    this.events = events;
    // Not at once: whoever opens it has to have it first.
    loop.execute(this::tell);
  }

  private void tell() {
    try {
      events.closed("no socket");
    } catch (RuntimeException | StackOverflowError cause) {
      holder.fault(cause);
    }
  }

  @Override
  public void write(Permit permit, ByteBuf bytes) {
    bytes.release();
  }

  @Override
  public boolean isWritable() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return false;
  }

  @Override
  public void setReading(boolean on) {
    // Nothing comes.
  }

  @Override
  public void shutdownOutput() {
    // Nothing went out.
  }

  @Override
  public void close() {
    // It is on its way.
  }

  @Override
  public void reset() {
    // It is on its way.
  }
}
