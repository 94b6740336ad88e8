package io.sluice.proxy.observe;

import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Enforcement;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.HttpRecord;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.Tunnel;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Flows to record: of a client {@code dev/client} and the enforced server {@code prod/api}. */
final class Sample {
  static final long TIME = 1_700_000_000_000_000_042L;
  static final RuleOrigin RULE =
      new RuleOrigin(
          "CiliumNetworkPolicy",
          "prod",
          "api-http-filter",
          "spec.ingress[0].toPorts[0].rules.http[1]");
  static final Endpoint API =
      new Endpoint(
          7,
          "prod",
          "api",
          List.of(InetAddress.ofLiteral("10.0.0.2")),
          "lxc1",
          400,
          List.of("k8s:app=api"),
          Enforcement.ENFORCING,
          Enforcement.NONE,
          List.of("prod/api-http-filter"));
  static final Peer CLIENT = new Peer(300, List.of("k8s:app=client"), "dev", "client");
  static final InetSocketAddress FROM = address("10.0.0.1", 40000);
  static final InetSocketAddress TO = address("10.0.0.2", 80);
  static final Connection INGRESS = new SampleConnection("c1", Direction.INGRESS);
  static final Connection EGRESS = new SampleConnection("c2", Direction.EGRESS);

  private Sample() {}

  static Flow flow(Flow.Type type, Flow.Outcome verdict, RuleOrigin rule, HttpRecord http) {
    return flow(INGRESS, type, verdict, rule, "", List.of(), http);
  }

  static Flow flow(
      Connection connection,
      Flow.Type type,
      Flow.Outcome verdict,
      RuleOrigin rule,
      String reason,
      List<NearestMiss> misses,
      HttpRecord http) {
    return new Flow(
        connection, TIME, type, verdict, rule, reason, misses, "http", http, 2_500_000, 3_000);
  }

  private static InetSocketAddress address(String literal, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
  }

  /** An HTTP part with these headers, and those that rules missed and removed. */
  record Http(
      int code,
      String method,
      String url,
      Map<String, String> fields,
      Map<String, String> missing,
      Map<String, String> rejected)
      implements HttpRecord {

    Http(int code, String method, String url, Map<String, String> fields) {
      this(code, method, url, fields, Map.of(), Map.of());
    }

    @Override
    public String protocol() {
      return "HTTP/1.1";
    }

    @Override
    public int length() {
      return 100;
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
      fields.forEach(each);
    }

    @Override
    public void missingHeaders(BiConsumer<String, String> each) {
      missing.forEach(each);
    }

    @Override
    public void rejectedHeaders(BiConsumer<String, String> each) {
      rejected.forEach(each);
    }
  }

  private record SampleConnection(String id, Direction direction) implements Connection {
    @Override
    public Endpoint endpoint() {
      return API;
    }

    @Override
    public Peer peer() {
      return CLIENT;
    }

    @Override
    public InetSocketAddress client() {
      return direction == Direction.INGRESS ? FROM : TO;
    }

    @Override
    public InetSocketAddress destination() {
      return direction == Direction.INGRESS ? TO : FROM;
    }

    @Override
    public SocketChannel downstream() {
      throw new UnsupportedOperationException();
    }

    @Override
    public PeerPolicy policy() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Upstream openUpstream(Permit permit, UpstreamEvents events) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Tunnel tunnel(Permit permit, Upstream upstream) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void reset() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FlowSink flows() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Limits limits() {
      return Limits.DEFAULTS;
    }
  }
}
