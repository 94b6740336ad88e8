/**
 * How one agent takes over from another in the same network namespace, over a Unix socket that only
 * root can reach: the <em>predecessor</em> opens a {@link io.sluice.app.agent.takeover.Door}, the
 * <em>successor</em> knocks when it is ready to take charge at once.
 *
 * <pre>
 *  successor                         predecessor
 *  knocks                       →    says how it steers, where its state is, how long it finishes
 *  (makes everything ready)
 *  ASKED                        →    settles what it has learned, lets go of kernel, files and lock
 *                               ←    GIVEN, or REFUSED and a reason
 *  (takes the lock, reads the files, puts its policy in force)
 *  IN_CHARGE                    →    finishes what is in flight
 *                               ←    LEARNED: a name of an answer that it still holds back
 *  (puts it in force)
 *  IN_FORCE or NOT_IN_FORCE     →    releases the answer, or fails it
 *                               ←    end, when all is finished
 * </pre>
 *
 * If the connection ends before IN_CHARGE, the predecessor takes everything back. A {@link
 * io.sluice.app.agent.takeover.Watchdog} is set on whatever one side waits for from the other.
 *
 * <p>Starting points: {@link io.sluice.app.agent.takeover.Door}, {@link
 * io.sluice.app.agent.takeover.Predecessor}.
 *
 * <p>Must not know what is given: only who has it when.
 */
@NullMarked
package io.sluice.app.agent.takeover;

import org.jspecify.annotations.NullMarked;
