package io.sluice.xds.identity;

import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Warning;
import java.util.List;
import java.util.Map;

/**
 * The identities of a world.
 *
 * @param all ordered by number, the reserved ones first
 * @param ofPods the identity of each pod that does not share its node's
 * @param warnings addresses that more than one owner claims
 */
public record Identities(List<Identity> all, Map<Pod, Identity> ofPods, List<Warning> warnings) {}
