package io.sluice.proxy.pipeline;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sluice.proxy.accept.Acceptor;
import io.sluice.proxy.accept.ConnectionRegistry;
import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.spi.Buffers;
import io.sluice.proxy.spi.ConnectionCounters;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.ProtocolFilter;
import io.sluice.proxy.upstream.Upstreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The proxy: takes steered connections in, judges them by the policy in force, carries what is
 * allowed. Denies everything until the policy says otherwise.
 */
public final class Proxy implements AutoCloseable {
  private final EventLoopGroup loops;
  private final ConnectionRegistry registry;
  private final ConnectionCounters counters = new ConnectionCounters();
  private final Buffers buffers;
  private final Acceptor acceptor;

  /**
   * Makes a proxy that does not listen yet.
   *
   * @param config transport, threads, bounds, marks
   * @param policy asked for every decision; each swap re-judges the open connections
   * @param filters one for each protocol
   * @param flows where verdicts are recorded
   */
  public Proxy(
      ProxyConfig config,
      CurrentPolicy policy,
      Collection<? extends ProtocolFilter> filters,
      FlowSink flows) {
    loops =
        new MultiThreadIoEventLoopGroup(
            config.eventLoops(),
            new DefaultThreadFactory("sluice-loop"),
            config.transport().ioHandlers());
    registry = new ConnectionRegistry(loops, config.limits(), counters);
    buffers = new Buffers(config.eventLoops(), config.bufferBytes());
    ConnectionPath path =
        new ConnectionPath(
            config.origins(),
            policy,
            registry,
            filters.stream()
                .collect(
                    Collectors.toUnmodifiableMap(f -> f.rules().protocol(), Function.identity())),
            new Upstreams(
                config.transport()::newSocket,
                config.sockets(),
                buffers,
                config.limits().connectTimeout()),
            buffers,
            flows,
            config.limits(),
            new Refusals(flows, counters));
    acceptor =
        new Acceptor(
            config.transport(),
            loops,
            config.sockets(),
            buffers,
            listener -> new DownstreamHandler(path, listener));
    policy.watch(snapshot -> registry.rejudgeAll());
  }

  /**
   * Starts to listen, on loopback and ports that are free: one listener for each direction and IP
   * version. On a machine without IPv6 there are none for it, and what is steered to them drops.
   *
   * @throws IOException if a listener can't be had; the message says what to do
   */
  public List<Listener> bind() throws IOException {
    List<Listener> listeners = new ArrayList<>(4);
    for (Direction direction : Direction.values()) {
      listeners.add(bind(direction, StandardProtocolFamily.INET, "127.0.0.1"));
      if (hasIpv6()) {
        listeners.add(bind(direction, StandardProtocolFamily.INET6, "::1"));
      }
    }
    return List.copyOf(listeners);
  }

  private Listener bind(Direction direction, StandardProtocolFamily family, String loopback)
      throws IOException {
    return acceptor.bind(direction, family, new InetSocketAddress(loopback, 0));
  }

  private static boolean hasIpv6() {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null;
    } catch (IOException noAddress) {
      return false;
    }
  }

  /** Whether a connection that left a pod is open to the address; from any thread. */
  public boolean isConnectedTo(InetAddress server) {
    return registry.isConnectedTo(server);
  }

  /** Bytes of the connections' buffer pool, in use or not. */
  public long bufferBytes() {
    return buffers.takenBytes();
  }

  /** Open connections and refusals. */
  public ConnectionCounters counters() {
    return counters;
  }

  /**
   * Another process takes new connections: what is on its way here is still taken in, and each
   * connection ends with its next answer. To be followed by {@link #drain}.
   */
  public void finish() {
    registry.finishAll();
  }

  /** How many connections are open. */
  public int open() {
    return registry.open();
  }

  /**
   * Stops listening, lets what is in progress end, and resets what is left.
   *
   * @param patience how long to wait
   * @return whether everything had ended by itself
   */
  public boolean drain(Duration patience) {
    acceptor.close();
    return registry.drain(patience);
  }

  /** Stops listening, resets what is open, and ends the threads. */
  @Override
  public void close() {
    acceptor.close();
    registry.resetAll();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
