package io.sluice.xds.world;

import io.sluice.net.Cidr;
import java.util.List;
import java.util.SortedMap;

/**
 * A named list of ranges outside the cluster.
 *
 * @param name its name
 * @param source {@code file:line}
 * @param labels its own labels
 * @param cidrs the ranges, in the order of the file
 */
public record CidrGroup(
    String name, String source, SortedMap<String, String> labels, List<Cidr> cidrs) {}
