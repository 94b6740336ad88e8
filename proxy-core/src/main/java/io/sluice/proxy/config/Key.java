package io.sluice.proxy.config;

import io.sluice.proxy.spi.Limits;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A key of the configuration; together they are the one table that it is read and documented by.
 *
 * @param <T> what its value becomes
 * @param path its name, dots between the levels
 * @param setting the form of its value
 * @param byDefault its value where none is given
 * @param unit of its value
 * @param meaning for people, one sentence
 */
record Key<T>(String path, Setting<T> setting, T byDefault, String unit, String meaning) {
  static final Key<Integer> EVENT_LOOPS =
      new Key<>(
          "eventLoops",
          new Setting.Whole(0, 1024),
          0,
          "threads",
          "Threads that carry connections; 0 is one for each two processors, at least one.");

  static final Key<Integer> REQUEST_LINE =
      new Key<>(
          "limits.requestLine",
          new Setting.Whole(256, 1024 * 1024),
          Limits.DEFAULTS.requestLineBytes(),
          "bytes",
          "Longest request line; a longer one is answered with 414.");

  static final Key<Integer> HEADERS =
      new Key<>(
          "limits.headers",
          new Setting.Whole(1024, 1024 * 1024),
          Limits.DEFAULTS.headerBytes(),
          "bytes",
          "Longest header section; a longer one is answered with 431.");

  static final Key<Integer> HEADER_FIELDS =
      new Key<>(
          "limits.headerFields",
          new Setting.Whole(1, 10_000),
          Limits.DEFAULTS.headerFields(),
          "fields",
          "Most fields in a header section; more are answered with 431.");

  static final Key<Duration> HEADER_TIMEOUT =
      new Key<>(
          "limits.headerTimeout",
          new Setting.Time(Duration.ofMillis(100), Duration.ofHours(1)),
          Limits.DEFAULTS.headerTimeout(),
          "duration",
          "Time to complete a header section; a slower one is answered with 408.");

  static final Key<Integer> DRAIN =
      new Key<>(
          "limits.drain",
          new Setting.Whole(0, 16 * 1024 * 1024),
          Limits.DEFAULTS.drainBytes(),
          "bytes",
          "How much of a denied request's body is read before the connection is closed instead.");

  static final Key<Duration> IDLE_TIMEOUT =
      new Key<>(
          "limits.idleTimeout",
          new Setting.Time(Duration.ofSeconds(1), Duration.ofDays(7)),
          Limits.DEFAULTS.idleTimeout(),
          "duration",
          "A connection without any byte for so long, both ways, is closed.");

  static final Key<Duration> CONNECT_TIMEOUT =
      new Key<>(
          "limits.connectTimeout",
          new Setting.Time(Duration.ofMillis(100), Duration.ofMinutes(5)),
          Limits.DEFAULTS.connectTimeout(),
          "duration",
          "Time to reach the server; then the client's connection is reset.");

  static final Key<Integer> CONNECTIONS_PER_ENDPOINT =
      new Key<>(
          "limits.connectionsPerEndpoint",
          new Setting.Whole(1, 1_000_000),
          Limits.DEFAULTS.connectionsPerEndpoint(),
          "connections",
          "Most open connections of one endpoint and direction; more are reset.");

  static final Key<Integer> CONNECTIONS =
      new Key<>(
          "limits.connections",
          new Setting.Whole(1, 1_000_000),
          Limits.DEFAULTS.connections(),
          "connections",
          "Most open connections in all; more are reset.");

  static final Key<Integer> FLOW_RING =
      new Key<>(
          "flows.ring",
          new Setting.Whole(1024, 1024 * 1024),
          16 * 1024,
          "flows",
          "Flow records that may wait to be written; more are lost and counted.");

  static final Key<List<String>> REDACTED_HEADERS =
      new Key<>(
          "flows.redactedHeaders",
          new Setting.Names(),
          List.of(),
          "names",
          "Headers whose values flow records hide, beside authorization, cookie, set-cookie,"
              + " proxy-authorization and x-api-key.");

  static final Key<Boolean> ADMIN_ANY_INTERFACE =
      new Key<>(
          "admin.anyInterface",
          new Setting.Flag(),
          false,
          "true|false",
          "Whether --admin may be an address that others can reach.");

  static final Key<Boolean> AUDIT =
      new Key<>(
          "audit",
          new Setting.Flag(),
          false,
          "true|false",
          "Whether every policy is audited: nothing is refused, what would be is recorded. For"
              + " --world; with --control the control plane decides.");

  static final Key<Boolean> ALL_SOURCES =
      new Key<>(
          "antiSpoofing.allPods",
          new Setting.Flag(),
          false,
          "true|false",
          "Whether what leaves a pod from an address that is not its own is dropped also where no"
              + " policy selects the pod.");

  static final Key<Duration> TAKE_OVER_DRAIN =
      new Key<>(
          "takeOver.drain",
          new Setting.Time(Duration.ofSeconds(5), Duration.ofHours(1)),
          Duration.ofSeconds(10),
          "duration",
          "How long connections may go on after another agent has taken over; then idle ones are"
              + " closed, and requests in progress and tunnels reset.");

  /** All of them, in the order of the documentation. */
  static final List<Key<?>> ALL =
      Stream.concat(
              Stream.of(
                  EVENT_LOOPS,
                  REQUEST_LINE,
                  HEADERS,
                  HEADER_FIELDS,
                  HEADER_TIMEOUT,
                  DRAIN,
                  IDLE_TIMEOUT,
                  CONNECT_TIMEOUT,
                  CONNECTIONS_PER_ENDPOINT,
                  CONNECTIONS,
                  FLOW_RING,
                  REDACTED_HEADERS,
                  ADMIN_ANY_INTERFACE,
                  AUDIT,
                  ALL_SOURCES,
                  TAKE_OVER_DRAIN),
              DnsKeys.ALL.stream())
          .<Key<?>>map(key -> key)
          .toList();
}
