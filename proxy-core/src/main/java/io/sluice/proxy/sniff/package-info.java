/**
 * The fourth stage: what protocol does the client speak, told from its first bytes.
 *
 * <p>Starting points: {@link io.sluice.proxy.sniff.FirstBytes}, {@link
 * io.sluice.proxy.sniff.Admission}.
 *
 * <p>Must not know the policy, what a filter does, nor any other stage.
 */
@NullMarked
package io.sluice.proxy.sniff;

import org.jspecify.annotations.NullMarked;
