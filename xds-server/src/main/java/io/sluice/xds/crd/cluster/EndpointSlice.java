package io.sluice.xds.crd.cluster;

import io.sluice.xds.world.Service.Backend;
import java.util.List;

/**
 * A part of what stands behind a service.
 *
 * @param namespace its own and the service's
 * @param service the name of the service; empty if it belongs to none
 * @param backends in the order of the file
 */
public record EndpointSlice(String namespace, String service, List<Backend> backends) {}
