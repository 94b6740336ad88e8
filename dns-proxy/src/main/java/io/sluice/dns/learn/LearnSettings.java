package io.sluice.dns.learn;

import java.time.Duration;

/**
 * How long and how much is remembered.
 *
 * @param leastTtl an address holds at least so long, whatever its TTL
 * @param mostTtl an address holds at most so long
 * @param grace how long it holds after its last connection, if one has lived past its time
 * @param addressesPerName most addresses of one name of one endpoint
 * @param namesPerEndpoint most names of one endpoint
 * @param addresses most addresses of all
 * @param publicOnly whether addresses that no public name should have are not learned: loopback,
 *     link-local, private, shared and multicast ones
 */
public record LearnSettings(
    Duration leastTtl,
    Duration mostTtl,
    Duration grace,
    int addressesPerName,
    int namesPerEndpoint,
    int addresses,
    boolean publicOnly) {

  /** The agent's contract, section 3.3. */
  public static final LearnSettings DEFAULTS =
      new LearnSettings(
          Duration.ofSeconds(5),
          Duration.ofDays(1),
          Duration.ofSeconds(30),
          1_000,
          10_000,
          250_000,
          false);

  /** The same with other bounds on numbers. */
  public LearnSettings withMost(int ofName, int names, int all) {
    return new LearnSettings(leastTtl, mostTtl, grace, ofName, names, all, publicOnly);
  }

  /** The same with or without addresses that no public name should have. */
  public LearnSettings withPublicOnly(boolean only) {
    return new LearnSettings(
        leastTtl, mostTtl, grace, addressesPerName, namesPerEndpoint, addresses, only);
  }
}
