/**
 * Learns which addresses names have, as long as they have them: from answers, with bounds on time
 * and number, through restarts.
 *
 * <p>Starting points: {@link io.sluice.dns.learn.Learning} (what happens before an answer is
 * released), {@link io.sluice.dns.learn.EndpointNames} (the life of an address), {@link
 * io.sluice.dns.learn.KeptNames} (what is on the disk).
 *
 * <p>Must not know sockets, policy rules, or what is done with what was learned: that is behind
 * {@link io.sluice.dns.learn.NamesInForce}.
 */
@NullMarked
package io.sluice.dns.learn;

import org.jspecify.annotations.NullMarked;
