package io.sluice.app.agent;

import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.Listener;
import io.sluice.bpf.steer.Steering;
import io.sluice.dns.DnsFilter;
import io.sluice.dns.learn.Learning;
import io.sluice.dns.learn.Liveness;
import io.sluice.dns.listen.SteeredUdp;
import io.sluice.dns.listen.UdpFront;
import io.sluice.dns.relay.DnsCounters;
import io.sluice.dns.relay.DnsRelay;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.ProtocolFilter;
import io.sluice.proxy.spi.SteeringSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;

/** Everything that is about DNS, connected: what is asked over UDP and TCP, and what is learned. */
final class DnsProxy implements AutoCloseable {
  private static final String NAMES_FILE = "names";

  private final CurrentPolicy policy;
  private final Learning learning;
  private final DnsCounters counters = new DnsCounters();
  private final DnsRelay relay;
  private final UdpFront udp;

  /**
   * Makes one that receives nothing yet.
   *
   * @param state the namespace's own folder of state
   * @param names joined to what is learned
   * @param liveness what pods are connected to
   */
  DnsProxy(
      DnsSettings settings,
      Path state,
      CurrentPolicy policy,
      NamesInPolicy names,
      Liveness liveness,
      FlowSink flows)
      throws IOException {
    this.policy = policy;
    Files.createDirectories(state);
    learning = new Learning(settings.learning(), names, liveness, state.resolve(NAMES_FILE));
    names.follow(learning::names);
    relay = new DnsRelay(settings.relay(), learning, flows, counters);
    udp = new UdpFront(new SteeredUdp(SteeringSockets.STEERED), policy, relay);
  }

  /** What reads queries over TCP. */
  ProtocolFilter filter() {
    return new DnsFilter(relay);
  }

  /** What becomes of messages. */
  DnsCounters counters() {
    return counters;
  }

  /** What is known. */
  Learning learning() {
    return learning;
  }

  /** What is known, as the admin address and {@code sluice fqdn} show it. */
  NamesPage page() {
    return NamesPage.of(learning.names(), policy.get(), relay.settings().nameError());
  }

  /** How many queries wait for an answer. */
  int waiting() {
    return relay.waiting();
  }

  /**
   * Takes over what was known before. With no agent before this, it comes before the first
   * snapshot, so that what was known is part of that.
   *
   * @throws IOException if the file of names can't be read
   */
  void remember() throws IOException {
    learning.start();
  }

  /**
   * Receives the queries that are steered here.
   *
   * @throws IOException if a socket can't be had
   */
  void listen(Steering steering) throws IOException, DatapathException {
    steering.listen(
        Listener.EGRESS_UDP_V4,
        udp.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)).fd());
    InetAddress loopback = InetAddress.ofLiteral("::1");
    if (NetworkInterface.getByInetAddress(loopback) != null) {
      steering.listen(Listener.EGRESS_UDP_V6, udp.bind(new InetSocketAddress(loopback, 0)).fd());
    }
  }

  /** Stops to receive queries, and keeps what was learned. */
  @Override
  public void close() {
    udp.close();
    learning.close();
  }
}
