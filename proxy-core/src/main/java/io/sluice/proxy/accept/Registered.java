package io.sluice.proxy.accept;

import io.netty.channel.EventLoop;
import io.sluice.proxy.policy.Direction;
import java.net.InetSocketAddress;

/** A connection as the registry sees it; all methods but the facts run on its event loop. */
public abstract class Registered {
  /** Where its loop keeps it; -1 while it is not registered. */
  int slot = -1;

  /** The loop that its channels live on. */
  protected abstract EventLoop loop();

  /** The enforced endpoint's number. */
  protected abstract long endpointId();

  /** The enforced side. */
  public abstract Direction direction();

  /** Where the client meant to go. */
  public abstract InetSocketAddress destination();

  /** The snapshot has changed. */
  protected abstract void rejudge();

  /** New connections go to another process; this one goes on as long as something is asked. */
  protected abstract void finish();

  /** The agent is stopping. */
  protected abstract void drain();

  /** About four times a second. */
  protected abstract void tick(long nowNanos);

  /** Ends it at once. */
  public abstract void reset();

  /** One of the methods above has thrown. */
  protected abstract void fault(Throwable cause);
}
