/**
 * Measures Sluice and its peers in one run, in turn, behind the same steering.
 *
 * <p>Starting points: {@link io.sluice.bench.Bench} is the run, {@link io.sluice.bench.Contender}
 * what is compared, {@link io.sluice.bench.Trial} what is measured of each.
 *
 * <p>Drives every contender from outside: must not know the proxy's classes, only the lab and the
 * datapath that steers.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
