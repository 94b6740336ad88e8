package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.L7Rules;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code rules}: the L7 rules of a port, which are of one kind (policy language, 1.8). */
final class L7Parser {
  private static final List<String> KINDS = List.of("http", "grpc", "kafka", "dns");

  private final HttpParser http;
  private final GrpcParser grpc;
  private final KafkaParser kafka;
  private final DnsParser dns;

  L7Parser(TlsParser tls, Bounds bounds) {
    HeaderParser headers = new HeaderParser(tls);
    this.http = new HttpParser(headers, bounds);
    this.grpc = new GrpcParser(headers, bounds);
    this.kafka = new KafkaParser(bounds);
    this.dns = new DnsParser(bounds);
  }

  /** Reads them; null if there are none, so that every byte is meant. */
  @Nullable L7Rules rules(Located rules) throws RejectedException {
    rules.allow(Set.of("http", "grpc", "kafka", "dns", "l7proto", "l7"));
    rejectOtherProtocols(rules);
    List<String> kinds = KINDS.stream().filter(rules.mapping().fields()::containsKey).toList();
    Located list = null;
    String kind = "";
    for (String each : kinds) {
      Located found = rules.get(each);
      if (found != null && list != null) {
        found.error("can't be combined with " + kind + " on one port; choose one kind of L7 rules");
      } else if (found != null) {
        list = found;
        kind = each;
      }
    }
    if (list == null) {
      if (rules.get("l7proto") == null && rules.get("l7") == null) {
        rules.warn("names no L7 rule, so everything on these ports is meant; remove it");
      }
      return null;
    }
    if (list.items().isEmpty()) {
      list.warn(
          "an empty list is no L7 rule, so everything on these ports is allowed; write the"
              + " requests that you mean, or remove it");
      return null;
    }
    return switch (kind) {
      case "http" -> new L7Rules.Http(http.list(list));
      case "grpc" -> new L7Rules.Grpc(list.each(grpc::rule));
      case "kafka" -> new L7Rules.Kafka(list.each(kafka::rule));
      default -> new L7Rules.Dns(dns.list(list));
    };
  }

  private static void rejectOtherProtocols(Located rules) throws RejectedException {
    Located named = rules.get("l7proto");
    Located written = rules.get("l7");
    if (named != null) {
      named.error(
          "names a parser that does not exist here; expected one of " + String.join(", ", KINDS));
    } else if (written != null) {
      written.error("needs l7proto beside it, whose parsers do not exist here; remove it");
    }
  }
}
