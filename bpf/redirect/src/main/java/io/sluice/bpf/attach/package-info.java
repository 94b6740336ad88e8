/**
 * Puts programs on tc hooks beside those of others, and takes exactly them away again.
 *
 * <p>Start at {@link io.sluice.bpf.attach.Hook}. Must not know: what the programs or their maps
 * mean.
 */
@NullMarked
package io.sluice.bpf.attach;

import org.jspecify.annotations.NullMarked;
