/**
 * Where every verdict goes: flow records as JSON lines, and metrics.
 *
 * <p>Starting points: {@link io.sluice.proxy.observe.FlowLog}, {@link
 * io.sluice.proxy.observe.Metrics}. Both take flows on event loops and never make one wait.
 *
 * <p>Must not know how a verdict comes about, nor any other stage.
 */
@NullMarked
package io.sluice.proxy.observe;

import org.jspecify.annotations.NullMarked;
