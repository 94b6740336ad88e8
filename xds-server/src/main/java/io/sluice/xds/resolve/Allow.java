package io.sluice.xds.resolve;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a direction of an endpoint allows over TCP.
 *
 * @param policy the policy that says so; null for what holds without any policy
 * @param place where the policy says so; empty without a policy
 * @param first the first port; 0 with {@code last} 0 means every port
 * @param last the last port, inclusive
 * @param peers sorted identities, never empty; null: any peer
 * @param http of the requests these; empty: every byte
 */
public record Allow(
    @Nullable Policy policy,
    Policy.Place place,
    int first,
    int last,
    @Nullable List<Integer> peers,
    List<L7Rules.HttpRule> http) {}
