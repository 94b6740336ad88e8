package io.sluice.proxy.config;

import java.time.Duration;
import java.util.List;

/** The keys about DNS. */
final class DnsKeys {
  private static final Duration SECOND = Duration.ofSeconds(1);

  static final Key<DnsConfig.Reject> REJECT =
      new Key<>(
          "dns.reject",
          new Setting.Choice<>(DnsConfig.Reject.class),
          DnsConfig.Reject.REFUSED,
          "a word",
          "How a query is refused: by the code REFUSED, or by NXDOMAIN, for clients that ask no"
              + " further after REFUSED. The annotation policy.sluice.io/dns-reject of a policy"
              + " goes before it.");

  static final Key<DnsConfig.Unusable> UNUSABLE =
      new Key<>(
          "dns.unusable",
          new Setting.Choice<>(DnsConfig.Unusable.class),
          DnsConfig.Unusable.SERVFAIL,
          "a word",
          "What becomes of an answer whose addresses the kernel does not take: the client gets"
              + " SERVFAIL, or the answer is released, and connecting fails.");

  static final Key<Duration> TRY_TIMEOUT =
      new Key<>(
          "dns.tryTimeout",
          new Setting.Time(Duration.ofMillis(100), Duration.ofMillis(1_900)),
          Duration.ofMillis(1_500),
          "duration",
          "How long a server may take, each of two times; then the client gets SERVFAIL.");

  static final Key<Integer> IN_FLIGHT =
      new Key<>(
          "dns.inFlight",
          new Setting.Whole(1, 1_000_000),
          16_384,
          "queries",
          "Most queries that wait for answers; more are answered SERVFAIL.");

  static final Key<Integer> IN_FLIGHT_PER_ENDPOINT =
      new Key<>(
          "dns.inFlightPerEndpoint",
          new Setting.Whole(1, 1_000_000),
          4_096,
          "queries",
          "The same of one endpoint.");

  static final Key<Duration> LEAST_TTL =
      new Key<>(
          "dns.leastTtl",
          new Setting.Time(SECOND, Duration.ofDays(1)),
          Duration.ofSeconds(5),
          "duration",
          "An address that was learned holds at least so long.");

  static final Key<Duration> MOST_TTL =
      new Key<>(
          "dns.mostTtl",
          new Setting.Time(SECOND, Duration.ofDays(30)),
          Duration.ofDays(1),
          "duration",
          "An address that was learned holds at most so long; longer while it is connected to.");

  static final Key<Duration> GRACE =
      new Key<>(
          "dns.grace",
          new Setting.Time(Duration.ofSeconds(0), Duration.ofDays(1)),
          Duration.ofSeconds(30),
          "duration",
          "How long an address holds after its last connection, if that has outlived its time.");

  static final Key<Integer> ADDRESSES_PER_NAME =
      new Key<>(
          "dns.addressesPerName",
          new Setting.Whole(1, 100_000),
          1_000,
          "addresses",
          "Most addresses of one name of one endpoint; then the one least needed is forgotten, and"
              + " the log says so.");

  static final Key<Integer> NAMES_PER_ENDPOINT =
      new Key<>(
          "dns.namesPerEndpoint",
          new Setting.Whole(1, 1_000_000),
          10_000,
          "names",
          "Most names of one endpoint; then the one least needed is forgotten, and the log says"
              + " so.");

  static final Key<Boolean> PUBLIC_ONLY =
      new Key<>(
          "dns.publicOnly",
          new Setting.Flag(),
          false,
          "true|false",
          "Whether loopback, link-local, private, shared and multicast addresses are not learned,"
              + " so that a name server can't open the cluster's own addresses.");

  static final Key<DnsConfig.Fail> FAIL =
      new Key<>(
          "dns.fail",
          new Setting.Choice<>(DnsConfig.Fail.class),
          DnsConfig.Fail.CLOSED,
          "a word",
          "What becomes of queries while no agent runs: they meet silence, or they pass, unjudged,"
              + " to the servers that DNS rules name, so that names resolve whose addresses are"
              + " known; nothing is learned then. known-names does not go with --steer nft.");

  static final Key<Boolean> LEARN_HINTS =
      new Key<>(
          "dns.learnHints",
          new Setting.Flag(),
          false,
          "true|false",
          "Whether addresses that SVCB and HTTPS records hint at are learned like those of A and"
              + " AAAA records, for clients that connect to them without asking further. A"
              + " malformed record of these types then makes its answer SERVFAIL.");

  /** All of them, in the order of the documentation. */
  static final List<Key<?>> ALL =
      List.of(
          REJECT,
          UNUSABLE,
          TRY_TIMEOUT,
          IN_FLIGHT,
          IN_FLIGHT_PER_ENDPOINT,
          LEAST_TTL,
          MOST_TTL,
          GRACE,
          ADDRESSES_PER_NAME,
          NAMES_PER_ENDPOINT,
          PUBLIC_ONLY,
          FAIL,
          LEARN_HINTS);

  private DnsKeys() {}

  static DnsConfig of(Values values) {
    return new DnsConfig(
        values.get(REJECT),
        values.get(UNUSABLE),
        values.get(TRY_TIMEOUT),
        values.get(IN_FLIGHT),
        values.get(IN_FLIGHT_PER_ENDPOINT),
        values.get(LEAST_TTL),
        values.get(MOST_TTL),
        values.get(GRACE),
        values.get(ADDRESSES_PER_NAME),
        values.get(NAMES_PER_ENDPOINT),
        values.get(PUBLIC_ONLY),
        values.get(FAIL),
        values.get(LEARN_HINTS));
  }
}
