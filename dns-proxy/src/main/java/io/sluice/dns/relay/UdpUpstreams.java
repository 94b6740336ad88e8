package io.sluice.dns.relay;

import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets towards servers of one event loop, one for each client address and server, and the
 * clock of every query on them. A socket is replaced after some seconds, and after a query that was
 * not answered, so that its port is no use to who would forge answers. For that loop only.
 */
public final class UdpUpstreams {
  private static final Logger LOG = LoggerFactory.getLogger(UdpUpstreams.class);
  private static final long MOST_AGE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long TICK_MILLIS = 25;

  private final ServerSockets ways;
  private final RelaySettings settings;
  private final SecureRandom random = new SecureRandom();

  /** In the order in which they were last used. */
  private final LinkedHashMap<Way, UdpUpstream> open = new LinkedHashMap<>(16, 0.75f, true);

  /** In the order in which they end: every try has the same time. */
  private final Deque<Try> tries = new ArrayDeque<>();

  private record Way(InetAddress client, InetSocketAddress server) {}

  /**
   * One of the times that a server is asked.
   *
   * @param before the time before it, whose answer is still welcome
   */
  private record Try(
      Inquiry inquiry,
      Way way,
      UdpUpstream upstream,
      int number,
      long endNanos,
      @Nullable Try before) {

    /** Waits no longer for an answer. */
    void giveUp() {
      upstream.giveUp(number, inquiry);
      if (before != null) {
        before.giveUp();
      }
    }
  }

  /** Makes one without any socket yet. */
  public UdpUpstreams(EventLoop loop, UdpSockets sockets, RelaySettings settings) {
    this.ways = new ServerSockets(loop, sockets);
    this.settings = settings;
    loop.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Sends a query from a client's address to a server. */
  public void forward(Inquiry inquiry, InetAddress client, InetSocketAddress server) {
    ask(inquiry, new Way(client, server), null);
  }

  private void ask(Inquiry inquiry, Way way, @Nullable Try before) {
    if (!inquiry.tryOnce()) {
      if (before != null) {
        before.giveUp();
      }
      inquiry.failed(DnsOutcome.UNANSWERED, "the server did not answer");
      return;
    }
    UdpUpstream upstream = upstream(way);
    if (upstream == null) {
      inquiry.failed(DnsOutcome.NO_SOCKET, "no socket towards the server could be had");
      return;
    }
    long end = System.nanoTime() + settings.tryTimeout().toNanos();
    forgetAnswered();
    tries.addLast(new Try(inquiry, way, upstream, upstream.send(inquiry), end, before));
  }

  private @Nullable UdpUpstream upstream(Way way) {
    UdpUpstream known = open.get(way);
    if (known != null) {
      if (!known.isFull() && System.nanoTime() - known.bornNanos() < MOST_AGE_NANOS) {
        return known;
      }
      retire(way, known);
    }
    if (open.size() >= settings.upstreams()) {
      Map.Entry<Way, UdpUpstream> oldest = open.firstEntry();
      retire(oldest.getKey(), oldest.getValue());
    }
    EpollDatagramChannel channel = ways.connectFromClientOrNode(way.client, way.server);
    if (channel == null) {
      return null;
    }
    UdpUpstream upstream = new UdpUpstream(channel, random);
    channel.pipeline().addLast(upstream);
    open.put(way, upstream);
    return upstream;
  }

  private void retire(Way way, UdpUpstream upstream) {
    open.remove(way, upstream);
    upstream.retire();
  }

  private void forgetAnswered() {
    while (!tries.isEmpty() && tries.getFirst().inquiry.over()) {
      tries.removeFirst().giveUp();
    }
  }

  private void tick() {
    try {
      long now = System.nanoTime();
      while (!tries.isEmpty()
          && (tries.getFirst().inquiry.over() || tries.getFirst().endNanos - now <= 0)) {
        Try ended = tries.removeFirst();
        if (ended.inquiry.over()) {
          ended.giveUp();
        } else {
          retire(ended.way, ended.upstream);
          ask(ended.inquiry, ended.way, ended);
        }
      }
      for (Map.Entry<Way, UdpUpstream> oldest = open.firstEntry();
          oldest != null && now - oldest.getValue().bornNanos() > MOST_AGE_NANOS;
          oldest = open.firstEntry()) {
        retire(oldest.getKey(), oldest.getValue());
      }
    } catch (RuntimeException fault) {
      // The clock must go on for all other queries.
      LOG.error("a query's time could not be ended", fault);
    }
  }

  /** Closes every socket; queries that wait get no answer. */
  public void close() {
    Map.copyOf(open).forEach(this::retire);
    tries.forEach(Try::giveUp);
    tries.clear();
    ways.close();
  }
}
