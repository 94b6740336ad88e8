package io.sluice.proxy.config;

import java.time.Duration;

/**
 * What can be configured of DNS.
 *
 * @param reject how a query is refused where no policy says how
 * @param unusable what becomes of an answer whose addresses the kernel does not take
 * @param tryTimeout how long a server may take, each of two times
 * @param inFlight most queries that wait for answers
 * @param inFlightPerEndpoint the same of one endpoint
 * @param leastTtl an address holds at least so long
 * @param mostTtl an address holds at most so long
 * @param grace how long an address holds after its last connection
 * @param addressesPerName most addresses of one name of one endpoint
 * @param namesPerEndpoint most names of one endpoint
 * @param publicOnly whether loopback, link-local, private, shared and multicast addresses are not
 *     learned
 * @param fail what becomes of queries while no agent runs
 * @param learnHints whether addresses that SVCB and HTTPS records hint at are learned
 */
public record DnsConfig(
    Reject reject,
    Unusable unusable,
    Duration tryTimeout,
    int inFlight,
    int inFlightPerEndpoint,
    Duration leastTtl,
    Duration mostTtl,
    Duration grace,
    int addressesPerName,
    int namesPerEndpoint,
    boolean publicOnly,
    Fail fail,
    boolean learnHints) {

  /** How a query is refused. */
  public enum Reject {
    /** By the code REFUSED. */
    REFUSED,
    /** As if there were no such name. */
    NXDOMAIN
  }

  /** What becomes of queries while no agent runs. */
  public enum Fail {
    /** Silence. */
    CLOSED,
    /** They pass, unjudged, to the servers that DNS rules name; known addresses stay in force. */
    KNOWN_NAMES
  }

  /** What becomes of an answer whose addresses the kernel does not take. */
  public enum Unusable {
    /** The client gets SERVFAIL. */
    SERVFAIL,
    /** The client gets it. */
    RELEASE
  }
}
