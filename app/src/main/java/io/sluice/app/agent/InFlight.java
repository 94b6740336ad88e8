package io.sluice.app.agent;

import io.sluice.proxy.pipeline.Proxy;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent still brings to its end when another one has taken over. */
final class InFlight {
  private static final Logger LOG = LoggerFactory.getLogger(InFlight.class);

  /**
   * For so long clients may still come here: those whose handshake has begun, and datagrams that
   * wait to be read. A lost SYN-ACK is sent again after one second and after two more.
   */
  private static final Duration SETTLING = Duration.ofSeconds(4);

  /** For idle connections to be closed in order. */
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

  /** What is left of the patience at most once this process is told to stop. */
  private static final Duration HURRY = Duration.ofSeconds(6);

  private static final long LOOK_MILLIS = 50;

  private final Proxy proxy;
  private final DnsProxy dns;
  private final Duration patience;
  private volatile boolean hurried;

  /**
   * Makes one.
   *
   * @param patience how long connections may go on
   */
  InFlight(Proxy proxy, DnsProxy dns, Duration patience) {
    this.proxy = proxy;
    this.dns = dns;
    this.patience = patience;
  }

  /** How long {@link #finish} takes at most. */
  static Duration longest(Duration patience) {
    return (patience.compareTo(SETTLING) > 0 ? patience : SETTLING).plus(LAST_PATIENCE);
  }

  /**
   * Serves what is here and on its way here to its end. At the end of the patience idle connections
   * are closed, and requests in progress, tunnels and what is only watched are reset.
   */
  void finish() throws InterruptedException {
    long began = System.nanoTime();
    long end = patience.toNanos();
    boolean hurrying = false;
    proxy.finish();
    for (long past = 0;
        past < SETTLING.toNanos() || (past < end && (proxy.open() > 0 || dns.waiting() > 0));
        past = System.nanoTime() - began) {
      if (hurried && !hurrying) {
        hurrying = true;
        end = Math.min(end, past + HURRY.toNanos());
      }
      // Looked at: event loops only count, and tell nobody of each connection that ends.
      Thread.sleep(LOOK_MILLIS);
    }
    int left = proxy.open();
    boolean ended = proxy.drain(LAST_PATIENCE);
    LOG.info(
        "another agent has taken over; of {} connections that were left {}",
        left,
        ended ? "all were idle" : "some were reset");
  }

  /** Makes {@link #finish} end within 10 s, as this process has to. */
  void hurry() {
    hurried = true;
  }
}
