package io.sluice.app.judge;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one end of a connection says, by the policies that are enforced there.
 *
 * @param endpoint {@code namespace/name}
 * @param enforced whether the direction is
 * @param outcome of this end alone
 * @param layer where it was reached
 * @param proxied whether this end hands the connection to the proxy
 * @param reason one sentence
 * @param decidedBy the rules that decided; of AUDIT those of the denial that is not enforced
 * @param nearestMisses at most five rules that could have allowed it, the nearest first
 * @param conflict whether its policies can't be enforced together, so that nothing is allowed
 * @param forwarded the headers of the request as it goes on, in lower case; null if there is none
 */
public record Side(
    String endpoint,
    boolean enforced,
    Outcome outcome,
    Layer layer,
    boolean proxied,
    String reason,
    List<RuleOrigin> decidedBy,
    List<NearestMiss> nearestMisses,
    boolean conflict,
    @Nullable Map<String, List<String>> forwarded) {}
