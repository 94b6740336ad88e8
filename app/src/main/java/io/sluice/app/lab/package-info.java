/**
 * A node with pods, made of network namespaces: what the demo and the acceptance tests enforce on.
 *
 * <p>Starting points: {@link io.sluice.app.lab.Lab}, {@link io.sluice.app.lab.AgentProcess}, {@link
 * io.sluice.app.lab.WorldFolder}.
 *
 * <p>Drives the program from outside, as an operator would: must not know the agent's classes.
 */
@NullMarked
package io.sluice.app.lab;

import org.jspecify.annotations.NullMarked;
