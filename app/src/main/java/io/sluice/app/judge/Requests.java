package io.sluice.app.judge;

import io.sluice.dns.match.DnsName;
import io.sluice.dns.match.DnsRequest;
import io.sluice.grpc.match.GrpcCall;
import io.sluice.http.codec.DescribedRequest;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.guard.Rejected;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.servername.Handshake;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a question says on a connection as the filter of a port judges it: read by the
 * parsers of the wire, so that what a client could not send is refused here too.
 */
final class Requests {
  private static final String ALLOWED = "a rule allows the request";

  private Requests() {}

  /** Bytes that the filter of the port can't read: it ends the connection. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Checks that a protocol has such a request.
   *
   * @throws QuestionException if it speaks of an API or a record that nobody knows
   */
  static void check(@Nullable Layer7 layer7) throws QuestionException {
    if (layer7 instanceof Layer7.Kafka kafka) {
      KafkaRequests.apiKey(kafka.apiKey());
    } else if (layer7 instanceof Layer7.Dns dns) {
      RecordTypes.number(dns.type());
    }
  }

  /**
   * Judges it.
   *
   * @param protocol of the port's rules
   * @param layer7 what is said, or null: nothing but perhaps a server name
   * @param sni the server name, or null: it is not TLS
   */
  static Judged judge(
      String protocol, PeerPolicy policy, @Nullable Layer7 layer7, @Nullable String sni)
      throws UnreadableException {
    if (protocol.equals("tls")) {
      // What is not TLS asks for no server name either.
      return Judged.of(policy.explain(new Handshake(sni == null ? "" : sni)), ALLOWED, null);
    }
    if (sni != null) {
      throw new UnreadableException("TLS can't be read on a port with " + protocol + " rules");
    }
    try {
      return switch (layer7) {
        case Layer7.Http http when protocol.equals("http") ->
            ofHead(policy, described(http).overHttp1());
        case Layer7.Grpc grpc when protocol.equals("http") ->
            ofHead(policy, described(grpc).overHttp2());
        case Layer7.Http http when protocol.equals("grpc") ->
            ofCall(policy, described(http).overHttp1(), false, http.method(), http.path());
        case Layer7.Grpc grpc when protocol.equals("grpc") ->
            ofCall(policy, described(grpc).overHttp2(), true, "POST", described(grpc).path());
        case Layer7.Kafka kafka when protocol.equals("kafka") -> KafkaRequests.judge(policy, kafka);
        case Layer7.Dns dns when protocol.equals("dns") -> ofName(policy, dns);
        case null, default ->
            throw new UnreadableException(
                name(layer7) + " can't be read on a port with " + protocol + " rules");
      };
    } catch (Rejected rejected) {
      throw new UnreadableException(
          "rejected with " + rejected.status() + ": " + rejected.reason());
    }
  }

  private static DescribedRequest described(Layer7.Http http) {
    return new DescribedRequest(
        http.method(), http.path(), http.host().isEmpty() ? null : http.host(), http.headers());
  }

  private static DescribedRequest described(Layer7.Grpc grpc) {
    return DescribedRequest.grpc(grpc.service(), grpc.method(), null, grpc.headers());
  }

  private static Judged ofHead(PeerPolicy policy, RequestHead head) {
    return Judged.of(policy.explain(head), ALLOWED, headers(policy.forwarded(head)));
  }

  private static Judged ofCall(
      PeerPolicy policy, RequestHead head, boolean http2, String method, String path) {
    List<GrpcCall.Field> fields = new ArrayList<>();
    head.lines((name, value) -> fields.add(new GrpcCall.Field(name, value)));
    return Judged.of(
        policy.explain(new GrpcCall(http2, method, path, fields)), ALLOWED, headers(head));
  }

  private static Judged ofName(PeerPolicy policy, Layer7.Dns dns) throws UnreadableException {
    DnsName name = DnsName.of(dns.name());
    if (name == null) {
      throw new UnreadableException("refused: the question asks for no domain name");
    }
    Verdict verdict = policy.explain(new DnsRequest(name, RecordTypes.known(dns.type())));
    return Judged.of(verdict, ALLOWED, null);
  }

  /** The lines of a head but its host, by their names in lower case. */
  private static Map<String, List<String>> headers(RequestHead head) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    head.lines(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!lower.equals("host")) {
            byte[] sent = value.getBytes(StandardCharsets.ISO_8859_1);
            headers
                .computeIfAbsent(lower, _ -> new ArrayList<>())
                .add(new String(sent, StandardCharsets.UTF_8));
          }
        });
    return headers;
  }

  private static String name(@Nullable Layer7 layer7) {
    return switch (layer7) {
      case null -> "nothing";
      case Layer7.Http _ -> "HTTP";
      case Layer7.Grpc _ -> "gRPC";
      case Layer7.Kafka _ -> "Kafka";
      case Layer7.Dns _ -> "DNS";
    };
  }
}
