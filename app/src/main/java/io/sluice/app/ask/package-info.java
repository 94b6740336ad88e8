/**
 * Asking a running agent from outside.
 *
 * <p>Starting points: {@link io.sluice.app.ask.AdminOption} for commands, {@link
 * io.sluice.app.ask.AdminClient}. Must not know the agent's classes.
 */
@NullMarked
package io.sluice.app.ask;

import org.jspecify.annotations.NullMarked;
