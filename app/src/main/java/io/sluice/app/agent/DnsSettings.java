package io.sluice.app.agent;

import io.sluice.dns.learn.LearnSettings;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.proxy.config.DnsConfig;

/**
 * What is configured of DNS, in the terms of the DNS proxy.
 *
 * @param relay about queries and answers
 * @param learning about what is learned
 */
record DnsSettings(RelaySettings relay, LearnSettings learning) {

  static DnsSettings of(DnsConfig config) {
    LearnSettings learned = LearnSettings.DEFAULTS;
    return new DnsSettings(
        new RelaySettings(
            config.reject() == DnsConfig.Reject.NXDOMAIN,
            config.unusable() == DnsConfig.Unusable.RELEASE,
            config.learnHints(),
            config.tryTimeout(),
            RelaySettings.DEFAULTS.deadline(),
            config.inFlight(),
            config.inFlightPerEndpoint(),
            RelaySettings.DEFAULTS.upstreams()),
        new LearnSettings(
            config.leastTtl(),
            config.mostTtl(),
            config.grace(),
            config.addressesPerName(),
            config.namesPerEndpoint(),
            learned.addresses(),
            config.publicOnly()));
  }
}
