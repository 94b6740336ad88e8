package io.sluice.http.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.sluice.http.HttpFilter;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.pipeline.Proxy;
import io.sluice.proxy.pipeline.ProxyConfig;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The real proxy on loopback, in front of one server at a time; its end fails if a connection, a
 * fault or a buffer is left.
 */
public final class LocalProxy implements AutoCloseable {
  private final Queue<Flow> flows = new ConcurrentLinkedQueue<>();
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
  private final CurrentPolicy policy;
  private final Proxy proxy;
  private final InetSocketAddress entrance;
  private volatile InetSocketAddress server;

  /** Starts it; it has no server before {@link #leadTo}. */
  public LocalProxy(Transport transport, Limits limits, PolicySnapshot first) throws IOException {
    ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + records));
    policy = new CurrentPolicy(first);
    proxy =
        new Proxy(
            ProxyConfig.local(limits, (remote, local, self) -> new Origin(remote, server))
                .on(transport),
            policy,
            List.of(new HttpFilter()),
            flows::add);
    entrance = proxy.bind().getFirst().address();
  }

  /** Sends connections that begin from now on to another server. */
  public void leadTo(InetSocketAddress destination) {
    server = destination;
  }

  /** Connects to it. */
  public RawClient connect() throws IOException {
    return new RawClient(entrance);
  }

  /** Where it listens. */
  public InetSocketAddress entrance() {
    return entrance;
  }

  /** Puts another policy in force. */
  public void swap(PolicySnapshot next) {
    policy.swap(next);
  }

  /** Ends each connection with its next answer. */
  public void finish() {
    proxy.finish();
  }

  /** Lets requests in flight end, as long as that takes up to {@code patience}. */
  public void drain(Duration patience) {
    proxy.drain(patience);
  }

  /** What was recorded, oldest first; to be emptied by who wants to see only what follows. */
  public Queue<Flow> flows() {
    return flows;
  }

  /** The flows of one verdict. */
  public List<Flow> flows(Flow.Outcome verdict) {
    return flows.stream().filter(flow -> flow.verdict() == verdict).toList();
  }

  @Override
  public void close() {
    await().until(() -> proxy.counters().open(Direction.INGRESS) == 0);
    assertThat(proxy.counters().faults()).isZero();
    proxy.close();
    System.gc();
    assertThat(leaks).isEmpty();
  }
}
