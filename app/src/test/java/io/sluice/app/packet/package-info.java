/**
 * The kernel's half of the agent, proved with packets made by hand: what arrives, what the sender
 * sees, what is recorded. Start at {@link io.sluice.app.packet.MatrixKT} and its table.
 */
package io.sluice.app.packet;
