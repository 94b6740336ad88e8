/**
 * What judging one request costs, without a network: one rule and a thousand.
 *
 * <p>Starting point: {@link io.sluice.bench.match.JudgeBenchmark}.
 */
@NullMarked
package io.sluice.bench.match;

import org.jspecify.annotations.NullMarked;
