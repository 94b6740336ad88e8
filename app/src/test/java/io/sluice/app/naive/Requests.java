package io.sluice.app.naive;

import io.sluice.app.naive.Answer.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the rules that cover a connection say of the request that is sent on it. */
final class Requests {
  private static final List<String> PARTS = List.of("http", "grpc", "kafka", "dns", "sni");

  private final Map<String, Object> question;
  private final Set<Difference> asCilium;

  Requests(Map<String, Object> question, Set<Difference> asCilium) {
    this.question = question;
    this.asCilium = asCilium;
  }

  /** Any rule that matches allows; so does one that asks nothing at L7. */
  Verdict judge(String proxy, List<Filter> covering) {
    if (PARTS.stream().noneMatch(question::containsKey)) {
      return Verdict.ALLOWED; // it depends on the request
    }
    if (!canRead(proxy) && !asCilium.contains(Difference.UNREADABLE)) {
      return Verdict.DENIED;
    }
    if (proxy.equals("dns")) {
      // A name must be allowed where the DNS rules stand; wider rules don't speak of names.
      return verdict(covering.stream().anyMatch(each -> each.exact() && allows(each)));
    }
    boolean http = proxy.equals("http") || proxy.equals("grpc");
    if (http && question.containsKey("http") && http().refused()) {
      return Verdict.DENIED;
    }
    if (covering.stream().anyMatch(this::allows)) {
      return Verdict.ALLOWED;
    }
    if (!proxy.equals("kafka") || !question.containsKey("kafka")) {
      return Verdict.DENIED;
    }
    List<Object> rules =
        covering.stream()
            .filter(filter -> filter.kind().equals("kafka"))
            .flatMap(filter -> filter.rules().stream())
            .toList();
    return Kafka.judge(Yaml.map(question, "kafka"), rules);
  }

  /** Whether the proxy understands what is sent; that of server names reads no further. */
  private boolean canRead(String proxy) {
    return switch (proxy) {
      case "tls" -> true;
      case "http", "grpc" -> question.containsKey("http") || question.containsKey("grpc");
      default -> question.containsKey(proxy);
    };
  }

  private static Verdict verdict(boolean allowed) {
    return allowed ? Verdict.ALLOWED : Verdict.DENIED;
  }

  /** Whether this filter alone lets the request through; Kafka is judged over all of them. */
  private boolean allows(Filter filter) {
    if (!filter.serverNames().isEmpty() && !namesMatch(filter.serverNames())) {
      return false;
    }
    if (filter.everything() || filter.rules().isEmpty()) {
      return true;
    }
    List<Object> rules = filter.rules();
    boolean http = question.containsKey("http") || question.containsKey("grpc");
    if (filter.kind().equals("http") && http) {
      return rules.stream().anyMatch(http()::matches);
    }
    if (filter.kind().equals("grpc") && question.containsKey("grpc")) {
      return rules.stream().anyMatch(rule -> Grpc.matches(rule, question));
    }
    if (filter.kind().equals("dns") && question.containsKey("dns")) {
      String name = Yaml.text(question, "dns", "name");
      return rules.stream().anyMatch(rule -> Names.matches(Names.pattern(Yaml.map(rule)), name));
    }
    boolean kafka = filter.kind().equals("kafka") && question.containsKey("kafka");
    return !kafka && asCilium.contains(Difference.OTHER_PROTOCOL);
  }

  private boolean namesMatch(List<Object> serverNames) {
    String sent = Yaml.text(question, "sni");
    return !sent.isEmpty()
        && serverNames.stream().anyMatch(name -> Names.matches(String.valueOf(name), sent));
  }

  /** The question as the request goes on, with the changes that the rules make to it. */
  static Map<String, Object> forwarded(Map<String, Object> question, List<Object> rules) {
    String part = question.containsKey("http") ? "http" : "grpc";
    if (!question.containsKey(part)) {
      return question;
    }
    Http request = new Requests(question, Set.of()).http();
    if (request.refused()) {
      return question;
    }
    Map<String, Object> sent = new LinkedHashMap<>(Yaml.map(question, part));
    List<Object> acting = rules.stream().filter(request::acts).toList();
    sent.put("headers", HeaderActions.after(Yaml.map(sent, "headers"), acting));
    Map<String, Object> forwarded = new LinkedHashMap<>(question);
    forwarded.put(part, sent);
    return forwarded;
  }

  private Http http() {
    return question.containsKey("http")
        ? new Http(Yaml.map(question, "http"), asCilium)
        : new Http(Grpc.asHttp(question), asCilium);
  }
}
