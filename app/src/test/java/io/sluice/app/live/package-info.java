/**
 * The acceptance of the whole program: a real agent, started as an operator would, on a node of
 * real kernel objects.
 *
 * <p>Starting points: {@link io.sluice.app.live.LiveNode}, {@link io.sluice.app.live.VerdictsKT}.
 */
package io.sluice.app.live;
