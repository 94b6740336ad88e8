package io.sluice.proxy.sniff;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.proxy.spi.FilterHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the first bytes of a client until they tell its protocol, gives them to the handler that
 * takes over, and leaves the pipeline. Holds fewer bytes than an HTTP/2 preface, and not for long:
 * a client that stalls inside one is no HTTP/2 client, and the next handler's own deadline must
 * run.
 */
public final class SniffHandler extends FilterHandler {
  private final Consumer<FirstBytes> decided;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf held;
  private boolean stalled;

  /**
   * Makes one for one connection.
   *
   * @param decided called once: puts the next handler at the pipeline's end, or closes the channel
   */
  public SniffHandler(Consumer<FirstBytes> decided) {
    this.decided = decided;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = join(ctx, (ByteBuf) message);
    FirstBytes first = FirstBytes.of(bytes);
    if (first == null) {
      held = bytes;
      stalled = false;
    } else {
      handOver(ctx, first, bytes);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      if (held == null) {
        ctx.close();
        return;
      }
      handOverHeld(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void rejudge() {
    // Nothing is in progress; the policy is asked when the first bytes have come.
  }

  @Override
  public void finish() {
    // The client has not asked yet.
  }

  @Override
  public void drain() {
    if (context != null) {
      context.close();
    }
  }

  @Override
  public void tick(long nowNanos) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || held == null) {
      return;
    }
    if (stalled) {
      handOverHeld(ctx);
    }
    stalled = true;
  }

  /** What is held is a proper start of a preface or of a TLS record, and no more is to be had. */
  private void handOverHeld(ChannelHandlerContext ctx) {
    ByteBuf bytes = held;
    held = null;
    if (bytes != null) {
      boolean text = bytes.getByte(bytes.readerIndex()) == 'P';
      handOver(ctx, text ? FirstBytes.HTTP1 : FirstBytes.OTHER, bytes);
      ctx.fireChannelReadComplete();
    }
  }

  private void handOver(ChannelHandlerContext ctx, FirstBytes first, ByteBuf bytes) {
    boolean given = false;
    try {
      decided.accept(first);
      given = true;
    } finally {
      if (!given) {
        bytes.release();
      }
    }
    if (ctx.pipeline().last() != this) {
      ctx.fireChannelRead(bytes);
    } else {
      bytes.release();
    }
    ctx.pipeline().remove(this);
  }

  private ByteBuf join(ChannelHandlerContext ctx, ByteBuf bytes) {
    ByteBuf before = held;
    if (before == null) {
      return bytes;
    }
    held = null;
    try {
      return ctx.alloc()
          .buffer(before.readableBytes() + bytes.readableBytes())
          .writeBytes(before)
          .writeBytes(bytes);
    } finally {
      before.release();
      bytes.release();
    }
  }
}
