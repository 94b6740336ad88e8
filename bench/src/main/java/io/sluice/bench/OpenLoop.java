package io.sluice.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks at a fixed rate whatever the answers do, and measures each from the moment at which it was
 * due to be sent: a request that had to wait for a connection, or for this program, counts its wait
 * (no coordinated omission).
 *
 * <p>The first second is left out: this program is cold then. One event loop; a request needs an
 * idle connection, so answers and requests never mix up. Timers have the resolution of the
 * kernel's, not of milliseconds.
 */
final class OpenLoop {
  private static final int CONNECTIONS = 32;
  private static final Duration LEAD_IN = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final byte[] request;
  private final EventLoop loop;
  private final long intervalNanos;
  private final int leadIn;
  private final long[] latencies;
  private final ArrayDeque<Long> due = new ArrayDeque<>();
  private final ArrayDeque<Client> idle = new ArrayDeque<>();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private long start;
  private long end;
  private int sent;
  private int answered;

  /**
   * What came of it.
   *
   * @param p50 median latency, in µs
   * @param p99 in µs
   * @param p999 in µs
   * @param max in µs
   * @param achieved answers per second, from the first due time to the last answer, first second
   *     included
   * @param answers all of them, first second included
   */
  record Result(double p50, double p99, double p999, double max, double achieved, int answers) {}

  private OpenLoop(EventLoop loop, String host, int rate, Duration duration) {
    this.loop = loop;
    request =
        ("GET " + Rig.PATH + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
    leadIn = Math.toIntExact(LEAD_IN.toSeconds() * rate);
    latencies = new long[leadIn + Math.toIntExact(duration.toSeconds() * rate)];
  }

  /**
   * Runs in the namespace of the calling thread.
   *
   * @param rate requests per second
   * @throws IllegalStateException if an answer is not 200 or not complete, or they don't all come
   */
  static Result run(InetSocketAddress server, int rate, Duration duration) {
    var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      EventLoop loop = group.next();
      var run = new OpenLoop(loop, server.getHostString(), rate, duration);
      for (int i = 0; i < CONNECTIONS; i++) {
        run.connect(server);
      }
      loop.execute(run::begin);
      run.finished.get(duration.plus(LEAD_IN).plus(GRACE).toSeconds(), TimeUnit.SECONDS);
      return run.result();
    } catch (TimeoutException e) {
      throw new IllegalStateException("not all answers came", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("fixed rate: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private void connect(InetSocketAddress server) {
    new Bootstrap()
        .group(loop)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Client(channel));
              }
            })
        .connect(server)
        .syncUninterruptibly();
  }

  private void begin() {
    start = System.nanoTime();
    tick();
  }

  private void tick() {
    long now = System.nanoTime();
    while (sent < latencies.length && start + sent * intervalNanos <= now) {
      due.add(start + sent * intervalNanos);
      sent++;
    }
    send();
    if (sent < latencies.length) {
      long wait = start + sent * intervalNanos - System.nanoTime();
      var _ = loop.schedule(this::tick, Math.max(0, wait), TimeUnit.NANOSECONDS);
    }
  }

  private void send() {
    while (!due.isEmpty() && !idle.isEmpty()) {
      idle.remove().ask(due.remove());
    }
  }

  private Result result() {
    double seconds = (end - start) / 1e9;
    long[] sorted = Arrays.copyOfRange(latencies, leadIn, latencies.length);
    Arrays.sort(sorted);
    return new Result(
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        quantile(sorted, 0.999),
        quantile(sorted, 1),
        latencies.length / seconds,
        latencies.length);
  }

  private static double quantile(long[] sorted, double share) {
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e3;
  }

  /** One connection; at most one request is in flight on it. */
  private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
    private final AnswerReader answer = new AnswerReader();
    private final Channel channel;
    private long dueAt;

    Client(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      idle.add(this);
    }

    void ask(long dueNanos) {
      dueAt = dueNanos;
      // The void promise reports a failure to exceptionCaught.
      var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(request), channel.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      if (!answer.read(bytes)) {
        return;
      }
      latencies[answered++] = System.nanoTime() - dueAt;
      if (answered == latencies.length) {
        end = System.nanoTime();
        finished.complete(null);
      }
      idle.add(this);
      send();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      finished.completeExceptionally(new IllegalStateException("the connection was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      finished.completeExceptionally(cause);
    }
  }
}
