package io.sluice.xds.world;

import java.util.SortedMap;

/**
 * A namespace.
 *
 * @param name its name
 * @param labels its own labels
 * @param audited whether its annotation says that its policies are reported, not enforced
 */
public record Namespace(String name, SortedMap<String, String> labels, boolean audited) {}
