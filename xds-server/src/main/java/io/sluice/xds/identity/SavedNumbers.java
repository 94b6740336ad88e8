package io.sluice.xds.identity;

import io.sluice.net.Cidr;
import io.sluice.xds.world.Labels;
import java.util.Map;

/**
 * The numbers that were given, for whoever keeps them across restarts.
 *
 * @param labels of the label sets of pods
 * @param ranges of the ranges outside the cluster
 * @param names of what FQDN selectors select, by their patterns
 */
public record SavedNumbers(
    Map<Labels, Integer> labels, Map<Cidr, Integer> ranges, Map<String, Integer> names) {}
