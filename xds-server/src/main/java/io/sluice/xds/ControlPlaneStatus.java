package io.sluice.xds;

import io.sluice.xds.crd.Rejection;
import io.sluice.xds.world.Warning;
import java.util.List;

/**
 * What the control plane has to say about its input, as {@code /status} shows it.
 *
 * @param ready whether a world has been published
 * @param rejected objects and files that are not in force as they stand, ordered by file
 * @param warnings what is in force but probably not meant
 */
public record ControlPlaneStatus(boolean ready, List<Rejection> rejected, List<Warning> warnings) {}
