/**
 * Calls of libbpf and the few of libc that go with it, as Java methods that throw instead of
 * returning negative numbers.
 *
 * <p>Start at {@link io.sluice.bpf.libbpf.BpfObject}. Must not know: what the programs do, or what
 * is in their maps.
 */
@NullMarked
package io.sluice.bpf.libbpf;

import org.jspecify.annotations.NullMarked;
