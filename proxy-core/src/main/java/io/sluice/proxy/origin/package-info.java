/**
 * The second stage: where did the client mean to go.
 *
 * <p>Starting points: {@link io.sluice.proxy.origin.OriginLookup}, {@link
 * io.sluice.proxy.origin.TransparentOrigin}.
 *
 * <p>Pure: must not know sockets, the policy, nor any other stage.
 */
@NullMarked
package io.sluice.proxy.origin;

import org.jspecify.annotations.NullMarked;
