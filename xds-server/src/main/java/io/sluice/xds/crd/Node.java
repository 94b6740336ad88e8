package io.sluice.xds.crd;

import java.net.InetAddress;
import java.util.List;

/**
 * A node of the cluster.
 *
 * @param name its name
 * @param source {@code file:line}
 * @param addresses every address that its status lists
 */
public record Node(String name, String source, List<InetAddress> addresses) {}
