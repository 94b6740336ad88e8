/**
 * The agent: all parts put together, for the network namespace in which it runs.
 *
 * <p>Starting points: {@link io.sluice.app.agent.Agent}, where the parts meet; {@link
 * io.sluice.app.agent.DatapathPlan}, what the kernel is told of a snapshot.
 *
 * <p>Must not know how a part does its work: it only connects them.
 */
@NullMarked
package io.sluice.app.agent;

import org.jspecify.annotations.NullMarked;
