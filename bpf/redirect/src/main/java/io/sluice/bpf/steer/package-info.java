/**
 * The datapath: what the rest of the program says to the kernel about steering.
 *
 * <p>Start at {@link io.sluice.bpf.steer.Datapath}; {@link io.sluice.bpf.steer.DatapathState} is
 * what it is told. Must not know: policies, pods or labels; it sees numbers, prefixes and interface
 * names only.
 */
@NullMarked
package io.sluice.bpf.steer;

import org.jspecify.annotations.NullMarked;
