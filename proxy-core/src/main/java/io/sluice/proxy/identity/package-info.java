/**
 * The third stage: whose policy is enforced, and who is the peer.
 *
 * <p>Starting point: {@link io.sluice.proxy.identity.Parties}.
 *
 * <p>Pure: must not know sockets, nor any other stage. Trusts addresses only, never what a peer
 * says about itself: the kernel has checked that a pod uses its own.
 */
@NullMarked
package io.sluice.proxy.identity;

import org.jspecify.annotations.NullMarked;
