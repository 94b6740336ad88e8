package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.util.List;

/**
 * A name that an endpoint has asked for.
 *
 * @param endpoint {@code namespace/name}
 * @param name the name
 * @param addresses what it was told, oldest first
 */
public record LearnedName(String endpoint, DnsName name, List<LearnedAddress> addresses) {}
