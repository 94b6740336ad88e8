package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RuleOrigin;

/**
 * What the kernel does with one range of ports for some peers; what is not listed is dropped.
 *
 * @param protocol what it is about; {@link Protocol#OTHER} stands for every protocol
 * @param peers who it is about; {@link Remotes#ANY} for every peer without an entry of its own that
 *     covers the port
 * @param firstPort first destination port, 0..65535; of ICMP the first type
 * @param lastPort last destination port, inclusive
 * @param action what happens
 * @param audit of {@link Action#PASS}: that it would be refused without audit, and is to be
 *     recorded so. Of {@link Action#STEER}: that nothing but audit wants it seen, so that it passes
 *     where no proxy takes it
 * @param inspectedBy of {@link Action#STEER}: the protocol whose filter judges the requests; else
 *     empty
 * @param rule the first rule that decided; {@link RuleOrigin#NONE} if none did
 */
public record PortVerdict(
    Protocol protocol,
    Remotes peers,
    int firstPort,
    int lastPort,
    Action action,
    boolean audit,
    String inspectedBy,
    RuleOrigin rule) {

  /** What happens to a connection or a packet; the strongest first. */
  public enum Action {
    /** Refused by a rule. */
    DENY,
    /** Handed to the proxy, whose filter judges each request. */
    STEER,
    /** Allowed; the proxy never sees it. */
    PASS
  }
}
