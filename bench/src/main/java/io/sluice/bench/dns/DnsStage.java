package io.sluice.bench.dns;

import io.sluice.app.lab.Lab;
import io.sluice.app.lab.Poll;
import io.sluice.bench.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The stage with an unbound in the server pod, which knows many zones, each with an address of its
 * own that every name in it has.
 */
final class DnsStage extends Stage {
  static final int PORT = 53;

  /** What may be asked. */
  static final String PATTERN = "**.bench.test";

  /** A name that may be asked. */
  static final String ALLOWED = "n.z0.bench.test";

  /** A name that may not. */
  static final String OTHER = "n.other.test";

  /** How many names are asked again and again: as many as an endpoint may keep. */
  private static final int KNOWN = 10_000;

  /**
   * Twice as many, so that an address that comes is not the one of the name that goes for it, where
   * every name is new.
   */
  private static final int ZONES = 2 * KNOWN;

  private static final Duration START_LIMIT = Duration.ofSeconds(10);

  private static final String POLICY =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: bench, namespace: bench}
      spec:
        endpointSelector: {matchLabels: {app: client}}
        egress:
          - toEndpoints: [{matchLabels: {app: server}}]
            toPorts:
              - ports: [{port: "53", protocol: ANY}]
                rules: {dns: [{matchPattern: "PATTERN"}]}
          - toFQDNs: [{matchPattern: "PATTERN"}]
            toPorts: [{ports: [{port: "443", protocol: TCP}]}]
      """;

  private DnsStage(Lab lab) {
    super(lab);
    world().write("policy.yaml", POLICY.replace("PATTERN", PATTERN));
    write(
        "zones.conf",
        ZONES,
        zone ->
            """
            local-zone: "z%1$d.bench.test." redirect
            local-data: "z%1$d.bench.test. 300 IN A 198.18.%2$d.%3$d"
            """
                .formatted(zone, zone >> 8, zone & 0xff));
    String config = writeResource("unbound.conf").getFileName().toString();
    spawn(
        server().network(),
        "unbound",
        List.of("env", "--chdir=" + lab.directory(), "unbound", "-d", "-p", "-c", config));
    if (!Poll.until(START_LIMIT, () -> !Dnsperf.code(this, OTHER).isEmpty())) {
      throw new IllegalStateException("unbound does not answer");
    }
  }

  static DnsStage raise() {
    return raise(DnsStage::new);
  }

  /** Questions for dnsperf: the same names, which are soon known. */
  Path knownNames() {
    return write("known", KNOWN, i -> "n.z" + i + ".bench.test A\n");
  }

  /**
   * Questions for dnsperf: names that nobody has asked for yet.
   *
   * @param from how many there have been before
   * @param count how many there are
   */
  Path newNames(int from, int count) {
    return write(
        "new", count, i -> "u" + (from + i) + ".z" + (from + i) % ZONES + ".bench.test A\n");
  }

  private Path write(String name, int count, IntFunction<String> line) {
    Path file = lab().directory().resolve(name);
    try {
      return Files.writeString(
          file, IntStream.range(0, count).mapToObj(line).collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }
}
