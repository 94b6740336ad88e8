/**
 * Values of the network that the control plane and the proxy share beside the resources: ranges of
 * addresses. Knows nothing of policies, connections or either of its readers.
 */
@NullMarked
package io.sluice.net;

import org.jspecify.annotations.NullMarked;
