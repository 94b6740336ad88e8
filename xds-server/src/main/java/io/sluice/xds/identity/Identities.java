package io.sluice.xds.identity;

import io.sluice.xds.crd.Pod;
import io.sluice.xds.crd.Warning;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * The identities of a world.
 *
 * @param all ordered by number, the reserved ones first
 * @param ofPods the identity of each pod that has addresses of its own
 * @param endpointAddresses the addresses at which each local pod is enforced; none for a pod whose
 *     every address is another's
 * @param warnings addresses that more than one owner claims
 */
public record Identities(
    List<Identity> all,
    Map<Pod, Identity> ofPods,
    Map<Pod, List<InetAddress>> endpointAddresses,
    List<Warning> warnings) {}
