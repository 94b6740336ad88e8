package io.sluice.app.policy;

import io.sluice.app.exit.Refusal;
import io.sluice.app.judge.Layer7;
import io.sluice.app.judge.Question;
import io.sluice.app.judge.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make up a question. */
final class QuestionOptions {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "PEER",
      description = "namespace/pod, an address, or an entity such as world or host.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PEER",
      description = "The same, or service:namespace/name.")
  private String to = "";

  @Option(names = "--port", paramLabel = "N/PROTO", description = "Such as 80/TCP.")
  private @Nullable String port;

  @Option(names = "--icmp", paramLabel = "FAMILY/TYPE", description = "Such as IPv4/8.")
  private @Nullable String icmp;

  @Option(names = "--http", paramLabel = "'METHOD PATH'", description = "Such as 'GET /path'.")
  private @Nullable String http;

  @Option(names = "--host", paramLabel = "HOST", description = "The authority of --http.")
  private @Nullable String host;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A header of --http or --grpc; may be repeated.")
  private List<String> headers = List.of();

  @Option(names = "--grpc", paramLabel = "SERVICE/METHOD", description = "Such as shop.Orders/Get.")
  private @Nullable String grpc;

  @Option(
      names = "--kafka",
      paramLabel = "APIKEY[:TOPIC,…]",
      description = "Such as produce:orders.")
  private @Nullable String kafka;

  @Option(names = "--dns", paramLabel = "NAME", description = "A name that is asked for.")
  private @Nullable String dns;

  @Option(
      names = "--sni",
      paramLabel = "NAME",
      description = "The server name that TLS asks for; '' for none.")
  private @Nullable String sni;

  /** The question. */
  Question read() throws Refusal {
    return new Question(from, to, traffic(), layer7(), sni);
  }

  private Traffic traffic() throws Refusal {
    if ((port == null) == (icmp == null)) {
      throw Refusal.usage("expected either --port N/PROTO or --icmp FAMILY/TYPE");
    }
    try {
      if (port != null) {
        return Traffic.port(port);
      }
      String text = Objects.requireNonNull(icmp);
      int slash = Math.max(0, text.indexOf('/'));
      return Traffic.icmp(text.substring(0, slash), text.substring(slash).replaceFirst("/", ""));
    } catch (IllegalArgumentException wrong) {
      throw Refusal.usage((port != null ? "--port: " : "--icmp: ") + wrong.getMessage());
    }
  }

  private @Nullable Layer7 layer7() throws Refusal {
    if (Stream.of(http, grpc, kafka, dns).filter(Objects::nonNull).count() > 1) {
      throw Refusal.usage("expected at most one of --http, --grpc, --kafka and --dns");
    }
    if (host != null && http == null) {
      throw Refusal.usage("--host goes with --http");
    }
    if (!headers.isEmpty() && http == null && grpc == null) {
      throw Refusal.usage("--header goes with --http or --grpc");
    }
    if (http != null) {
      String[] parts = two("--http", http, ' ', "'GET /path'");
      return new Layer7.Http(parts[0], parts[1], host == null ? "" : host, fields());
    }
    if (grpc != null) {
      String[] parts = two("--grpc", grpc, '/', "service/method");
      return new Layer7.Grpc(parts[0], parts[1], fields());
    }
    if (kafka != null) {
      int colon = kafka.indexOf(':');
      String key = colon < 0 ? kafka : kafka.substring(0, colon);
      List<String> topics =
          colon < 0 ? List.of() : List.of(kafka.substring(colon + 1).split(",", -1));
      return new Layer7.Kafka(key, 0, "", topics, "", "");
    }
    return dns == null ? null : new Layer7.Dns(dns, "A");
  }

  private Map<String, List<String>> fields() throws Refusal {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (String header : headers) {
      String[] parts = two("--header", header, ':', "'NAME: VALUE'");
      fields.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1].strip());
    }
    return fields;
  }

  private static String[] two(String option, String text, char between, String expected)
      throws Refusal {
    int at = text.indexOf(between);
    if (at <= 0) {
      throw Refusal.usage(option + ": expected " + expected + ", found \"" + text + "\"");
    }
    return new String[] {text.substring(0, at), text.substring(at + 1)};
  }
}
