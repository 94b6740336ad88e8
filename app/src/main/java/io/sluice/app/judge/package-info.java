/**
 * Answers questions about policies from a world of manifests, without a network: who may connect to
 * whom, with which request, and which rule says so.
 *
 * <p>Starting points: {@link io.sluice.app.judge.Judge}, {@link io.sluice.app.judge.Question},
 * {@link io.sluice.app.judge.Answer}.
 *
 * <p>Decides nothing itself: the control plane's classes turn the world into resources, the proxy's
 * compile them, and its filters' matchers judge. Must not know who asks, nor how an answer is
 * written.
 */
@NullMarked
package io.sluice.app.judge;

import org.jspecify.annotations.NullMarked;
