/**
 * What it costs to work out the policies of a node in a large cluster, from manifests to the
 * resources that are sent: the first time, and after one change.
 *
 * <p>Starting points: {@link io.sluice.bench.resolve.FirstResolveBenchmark}, {@link
 * io.sluice.bench.resolve.ChangeBenchmark}.
 */
@NullMarked
package io.sluice.bench.resolve;

import org.jspecify.annotations.NullMarked;
