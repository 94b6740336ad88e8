package io.sluice.xds.world;

import io.sluice.xds.world.Policy.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The L7 rules of a port, of one protocol and at least one; any of them may hold. */
public sealed interface L7Rules {

  /** Which requests over HTTP. */
  record Http(List<HttpRule> rules) implements L7Rules {}

  /** Which calls over gRPC. */
  record Grpc(List<GrpcRule> rules) implements L7Rules {}

  /** Which requests to a Kafka broker. */
  record Kafka(List<KafkaRule> rules) implements L7Rules {}

  /** Which questions to a name server. */
  record Dns(List<DnsRule> rules) implements L7Rules {}

  /**
   * One HTTP rule: everything that it names must hold.
   *
   * @param place where it stands
   * @param method RE2 pattern of the whole method; null: any
   * @param path RE2 pattern of the whole path with its query; null: any
   * @param host RE2 pattern of the whole authority; null: any
   * @param headers in the order of the file
   * @param headerMatches in the order of the file
   */
  record HttpRule(
      Place place,
      @Nullable String method,
      @Nullable String path,
      @Nullable String host,
      List<Header> headers,
      List<HeaderMatch> headerMatches) {}

  /**
   * A header that a request must have.
   *
   * @param name in lower case; with a colon in it, which no name has, the rule never holds
   * @param value the exact value; null: any
   */
  record Header(String name, @Nullable String value) {}

  /**
   * A header that a request should have, and what is done if it has not.
   *
   * @param name in lower case
   * @param value the exact value; null: any, unless a secret gives it
   * @param secret {@code namespace/name} of the secret that gives the value; empty: none
   * @param mismatch what is done otherwise
   */
  record HeaderMatch(String name, @Nullable String value, String secret, Mismatch mismatch) {}

  /** What is done about a header that is not as it should be. */
  enum Mismatch {
    /** The rule does not hold. */
    FAIL,
    /** It is said in the flow. */
    LOG,
    /** The value is added. */
    ADD,
    /** Wrong values are removed. */
    DELETE,
    /** The value is set. */
    REPLACE
  }

  /**
   * One gRPC rule.
   *
   * @param place where it stands
   * @param service with its package, or a beginning followed by {@code *}; null: any
   * @param method the same for the method; null: any
   * @param headers in the order of the file
   */
  record GrpcRule(
      Place place, @Nullable String service, @Nullable String method, List<Header> headers) {}

  /**
   * One Kafka rule: everything that it names must hold.
   *
   * @param place where it stands
   * @param apiKeys numbers of the requests, sorted; empty: all
   * @param apiVersion 0..32767, or -1: any
   * @param clientId the exact client id; empty: any
   * @param topic the exact topic; empty: any
   */
  record KafkaRule(
      Place place, List<Integer> apiKeys, int apiVersion, String clientId, String topic) {}

  /**
   * One DNS rule.
   *
   * @param place where it stands
   * @param pattern in lower case and without a final dot; with {@code *} only in a pattern
   * @param exact whether it is one name ({@code matchName})
   */
  record DnsRule(Place place, String pattern, boolean exact) {}
}
