/**
 * The program {@code sluice}: one class per command.
 *
 * <p>Starting points: {@link io.sluice.app.Sluice}; {@code io.sluice.app.agent.Agent} is where all
 * parts are put together.
 *
 * <p>The one place that may know every module.
 */
@NullMarked
package io.sluice.app;

import org.jspecify.annotations.NullMarked;
