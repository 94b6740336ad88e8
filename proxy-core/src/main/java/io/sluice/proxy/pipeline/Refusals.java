package io.sluice.proxy.pipeline;

import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.spi.ConnectionCounters;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.Refusal;
import io.sluice.proxy.spi.TcpEnd;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends whole connections with a reset, and leaves a count and, where they are known, a flow. */
final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);
  private static final long FAULT_LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int FAULT_LOG_FRAMES = 12;

  private final FlowSink flows;
  private final ConnectionCounters counters;
  private final AtomicLong nextFaultLog = new AtomicLong(System.nanoTime());

  Refusals(FlowSink flows, ConnectionCounters counters) {
    this.flows = flows;
    this.counters = counters;
  }

  /** Nobody is known who could be named in a flow. */
  void unknown(SocketChannel accepted, Direction direction, Refusal reason) {
    counters.refused(direction, reason);
    TcpEnd.reset(accepted);
  }

  /** The policy does not let it connect, or no longer does. */
  void denied(SteeredConnection connection) {
    Denial why =
        connection.explain() instanceof Denial denial
            ? denial
            : Denial.because(Refusal.POLICY.explanation());
    refuse(connection, Refusal.POLICY, Flow.Outcome.DENIED, why);
  }

  void overLimit(SteeredConnection connection, Refusal reason) {
    refuse(connection, reason, Flow.Outcome.DENIED, Denial.because(reason.explanation()));
  }

  void shed(SteeredConnection connection) {
    refuse(
        connection,
        Refusal.MEMORY,
        Flow.Outcome.ERROR,
        Denial.because(Refusal.MEMORY.explanation()));
  }

  void noFilter(SteeredConnection connection, String protocol) {
    String why = "the port's rules are for " + protocol + ", which can't be judged here";
    refuse(connection, Refusal.PROTOCOL, Flow.Outcome.DENIED, Denial.because(why));
  }

  void wrongProtocol(SteeredConnection connection, String found, String expected) {
    String why = "the first bytes are " + found + ", the port's rules are for " + expected;
    refuse(connection, Refusal.PROTOCOL, Flow.Outcome.MALFORMED, Denial.because(why));
  }

  /**
   * The proxy's own code has failed: said aloud, but not as often as a peer could make it happen,
   * and without the exception's message, which may quote the peer.
   */
  void faulted(String connection, Throwable cause) {
    counters.faulted();
    long now = System.nanoTime();
    long due = nextFaultLog.get();
    if (now - due >= 0 && nextFaultLog.compareAndSet(due, now + FAULT_LOG_NANOS)) {
      log.error(
          "connection {} was reset because the proxy failed: {} at {}",
          connection,
          cause.getClass().getName(),
          Arrays.stream(cause.getStackTrace()).limit(FAULT_LOG_FRAMES).toList());
    }
  }

  private void refuse(
      SteeredConnection connection, Refusal reason, Flow.Outcome outcome, Denial why) {
    counters.refused(connection.direction(), reason);
    flows.record(connection.flow(outcome, why));
    connection.reset();
  }
}
