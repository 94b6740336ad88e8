/**
 * {@code sluice demo}: two policies enforced on real curl traffic, and a table of what happened.
 *
 * <p>Starting points: {@link io.sluice.app.demo.Demo}, {@link io.sluice.app.demo.Questions}.
 *
 * <p>Uses the lab and the agent's outside only: must not know any other module.
 */
@NullMarked
package io.sluice.app.demo;

import org.jspecify.annotations.NullMarked;
