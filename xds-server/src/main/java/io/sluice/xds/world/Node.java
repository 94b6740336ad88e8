package io.sluice.xds.world;

import java.net.InetAddress;
import java.util.List;
import java.util.SortedMap;

/**
 * A node of the cluster.
 *
 * @param name its name
 * @param source {@code file:line}
 * @param labels its own labels
 * @param addresses every address that its status lists
 */
public record Node(
    String name, String source, SortedMap<String, String> labels, List<InetAddress> addresses) {}
