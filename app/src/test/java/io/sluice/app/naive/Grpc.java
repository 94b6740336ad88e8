package io.sluice.app.naive;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** gRPC rules against one call. */
final class Grpc {
  private Grpc() {}

  static boolean matches(Object rule, Map<String, Object> question) {
    return field(rule, question, "service")
        && field(rule, question, "method")
        && new Http(asHttp(question), Set.of())
            .matches(Map.of("headers", Yaml.list(rule, "headers")));
  }

  private static boolean field(Object rule, Map<String, Object> question, String name) {
    String wanted = Yaml.text(rule, name);
    String given = Yaml.text(question, "grpc", name);
    return wanted.endsWith("*")
        ? given.startsWith(wanted.substring(0, wanted.length() - 1))
        : wanted.isEmpty() || wanted.equals(given);
  }

  /** The request that a call is. */
  static Map<String, Object> asHttp(Map<String, Object> question) {
    Map<String, Object> http = new LinkedHashMap<>();
    http.put("method", "POST");
    http.put(
        "path",
        "/"
            + String.join(
                "/",
                List.of(
                    Yaml.text(question, "grpc", "service"),
                    Yaml.text(question, "grpc", "method"))));
    http.put("headers", Yaml.map(question, "grpc", "headers"));
    return http;
  }
}
