package io.sluice.dns.relay;

import java.time.Duration;

/**
 * What the operator decides about queries, and the bounds that traffic meets.
 *
 * @param nameError whether what policy refuses is answered NXDOMAIN instead of REFUSED, where no
 *     policy says which
 * @param releaseUnusable whether an answer whose addresses could not be made usable goes to the
 *     client all the same; if not, it gets SERVFAIL
 * @param hints whether the addresses that SVCB and HTTPS records hint at are learned like those of
 *     A and AAAA records
 * @param tryTimeout how long a server may take to answer, each of two times
 * @param deadline when the client has its answer at the latest, counted from its query
 * @param inFlight most queries that wait for their answers
 * @param inFlightPerEndpoint the same of one endpoint
 * @param upstreams most sockets towards servers
 */
public record RelaySettings(
    boolean nameError,
    boolean releaseUnusable,
    boolean hints,
    Duration tryTimeout,
    Duration deadline,
    int inFlight,
    int inFlightPerEndpoint,
    int upstreams) {

  /** The agent's contract, section 3.3: below the five seconds of most clients. */
  public static final RelaySettings DEFAULTS =
      new RelaySettings(
          false,
          false,
          false,
          Duration.ofMillis(1_500),
          Duration.ofMillis(3_800),
          16_384,
          4_096,
          2_048);

  /** The same with another time for each of the two tries. */
  public RelaySettings withTryTimeout(Duration timeout) {
    return new RelaySettings(
        nameError,
        releaseUnusable,
        hints,
        timeout,
        deadline,
        inFlight,
        inFlightPerEndpoint,
        upstreams);
  }

  /** The same with NXDOMAIN in the place of REFUSED, or not. */
  public RelaySettings withNameError(boolean other) {
    return new RelaySettings(
        other,
        releaseUnusable,
        hints,
        tryTimeout,
        deadline,
        inFlight,
        inFlightPerEndpoint,
        upstreams);
  }

  /** The same with answers released whose addresses are not usable, or not. */
  public RelaySettings withReleaseUnusable(boolean other) {
    return new RelaySettings(
        nameError, other, hints, tryTimeout, deadline, inFlight, inFlightPerEndpoint, upstreams);
  }

  /** The same with other numbers of queries that may wait. */
  public RelaySettings withInFlight(int all, int perEndpoint) {
    return new RelaySettings(
        nameError, releaseUnusable, hints, tryTimeout, deadline, all, perEndpoint, upstreams);
  }
}
