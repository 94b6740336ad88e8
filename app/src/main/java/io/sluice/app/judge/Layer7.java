package io.sluice.app.judge;

import java.util.List;
import java.util.Map;

/** What is said on a connection, of one protocol. */
public sealed interface Layer7 {

  /** The same with other headers, if it has any. */
  default Layer7 with(Map<String, List<String>> headers) {
    return this;
  }

  /**
   * A request over HTTP.
   *
   * @param method as sent
   * @param path as sent, query included
   * @param host the authority; empty: none is sent
   * @param headers the values of each, in the order in which they are sent
   */
  record Http(String method, String path, String host, Map<String, List<String>> headers)
      implements Layer7 {
    @Override
    public Layer7 with(Map<String, List<String>> others) {
      return new Http(method, path, host, others);
    }
  }

  /**
   * A call over gRPC.
   *
   * @param service with its package
   * @param method of the service
   * @param headers as of HTTP
   */
  record Grpc(String service, String method, Map<String, List<String>> headers) implements Layer7 {
    @Override
    public Layer7 with(Map<String, List<String>> others) {
      return new Grpc(service, method, others);
    }
  }

  /**
   * A request to a Kafka broker.
   *
   * @param apiKey its name or number
   * @param apiVersion 0..32767
   * @param clientId empty: none is sent
   * @param topics that it is about
   * @param transactionalId empty: none is sent
   * @param group empty: none is sent
   */
  record Kafka(
      String apiKey,
      int apiVersion,
      String clientId,
      List<String> topics,
      String transactionalId,
      String group)
      implements Layer7 {}

  /**
   * A question to a name server.
   *
   * @param name that is asked for
   * @param type of the record, such as {@code A}, or {@code TYPE65}
   */
  record Dns(String name, String type) implements Layer7 {}
}
