/**
 * What judging one request costs, without a network: few rules and very many.
 *
 * <p>Starting points: {@link io.sluice.bench.match.JudgeBenchmark} (HTTP), {@link
 * io.sluice.bench.match.NameBenchmark} (DNS).
 */
@NullMarked
package io.sluice.bench.match;

import org.jspecify.annotations.NullMarked;
