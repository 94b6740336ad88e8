/**
 * What the programs in the kernel cost traffic that never meets the proxy. Start at {@link
 * io.sluice.bench.unsteered.UnsteeredBench}. Knows the lab and the agent's command line, nothing of
 * how either works.
 */
@NullMarked
package io.sluice.bench.unsteered;

import org.jspecify.annotations.NullMarked;
