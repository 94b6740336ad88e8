/**
 * The first stage: transparent listeners, event loops, and the registry of open connections.
 *
 * <p>Starting points: {@link io.sluice.proxy.accept.Acceptor}, {@link
 * io.sluice.proxy.accept.ConnectionRegistry}.
 *
 * <p>Must not know what a connection is for, nor any other stage.
 */
@NullMarked
package io.sluice.proxy.accept;

import org.jspecify.annotations.NullMarked;
