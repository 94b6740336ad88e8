/**
 * How a command answers and ends: for people or programs, its exit code and, if it can't do what it
 * was asked, the reason.
 *
 * <p>Starting points: {@link io.sluice.app.exit.Refusal}. Must not know any command.
 */
@NullMarked
package io.sluice.app.exit;

import org.jspecify.annotations.NullMarked;
