/**
 * Rules about the server names that clients ask for when TLS begins (SNI).
 *
 * <p>Starting point: {@link io.sluice.proxy.servername.ServerNameRuleCompiler}. Pure: knows names
 * and the policy types, no handshake and no connection.
 */
@NullMarked
package io.sluice.proxy.servername;

import org.jspecify.annotations.NullMarked;
