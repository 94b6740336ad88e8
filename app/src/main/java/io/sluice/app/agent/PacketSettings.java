package io.sluice.app.agent;

import io.sluice.app.exit.Refusal;
import io.sluice.proxy.config.Config;
import io.sluice.proxy.config.DnsConfig;

/**
 * What the operator decides about packets.
 *
 * @param allSources whether also pods that no policy selects send from their own addresses only
 * @param queriesPassUnjudged whether queries pass as long as nobody is there to judge them
 */
record PacketSettings(boolean allSources, boolean queriesPassUnjudged) {

  /**
   * What is configured.
   *
   * @throws Refusal if it can't be had with this kind of steering
   */
  static PacketSettings of(Config config, Steer steer) throws Refusal {
    boolean knownNames = config.dns().fail() == DnsConfig.Fail.KNOWN_NAMES;
    if (knownNames && steer == Steer.nft) {
      throw Refusal.usage(
          "dns.fail: known-names does not go with --steer nft, whose rules can't tell that no agent"
              + " runs: steer by tc, or take the key out of the file of --config");
    }
    return new PacketSettings(config.allSources(), knownNames);
  }
}
