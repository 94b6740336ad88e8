/**
 * {@code sluice policy}: one class for each of its commands, and how their answers are written.
 *
 * <p>Starting points: {@link io.sluice.app.policy.PolicyCommand}. Machine output goes to standard
 * output and nothing else does. Judges nothing itself: the classes that enforce are asked.
 */
@NullMarked
package io.sluice.app.policy;

import org.jspecify.annotations.NullMarked;
