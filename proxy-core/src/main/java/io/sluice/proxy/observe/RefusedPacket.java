package io.sluice.proxy.observe;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetSocketAddress;

/**
 * A connection attempt that the kernel has dropped, so that the proxy never saw it.
 *
 * @param timeNanos wall clock, nanoseconds since the epoch
 * @param direction which side is enforced
 * @param endpoint the local endpoint whose policy was enforced
 * @param peer the other side
 * @param source where it came from
 * @param destination where it was meant to go
 * @param deniedBy the deny rule that matched; {@link RuleOrigin#NONE} where simply nothing allows
 */
public record RefusedPacket(
    long timeNanos,
    Direction direction,
    Endpoint endpoint,
    Peer peer,
    InetSocketAddress source,
    InetSocketAddress destination,
    RuleOrigin deniedBy) {}
