package io.sluice.proxy.admin;

import io.sluice.proxy.policy.PolicySnapshot;
import java.util.function.Supplier;

/**
 * What the admin server shows; each is asked anew for every answer, on a thread of the server's.
 *
 * @param notReady why the agent is not ready yet; empty once it is
 * @param metrics in Prometheus' text format
 * @param status the status
 * @param snapshot the policy in force
 * @param names what was learned of names, as Jackson writes it
 */
public record AdminPages(
    Supplier<String> notReady,
    Supplier<String> metrics,
    Supplier<Status> status,
    Supplier<PolicySnapshot> snapshot,
    Supplier<?> names) {}
