package io.sluice.proxy.policy;

import java.util.List;

/**
 * Who stands behind an address.
 *
 * @param identity the numeric identity
 * @param labels {@code source:key=value}, sorted
 * @param namespace the pod's namespace; empty if it is no pod
 * @param pod the pod's name; empty if it is no pod
 */
public record Peer(int identity, List<String> labels, String namespace, String pod) {}
