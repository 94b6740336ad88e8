/**
 * The programs' maps as Java values: which keys an entry becomes, how it is laid out, and in which
 * order entries may be written while packets are being judged.
 *
 * <p>Start at {@link io.sluice.bpf.map.MirroredMap}. Must not know: interfaces, filters, or where
 * the entries come from. The C twin of this package is {@code maps.h}.
 */
@NullMarked
package io.sluice.bpf.map;

import org.jspecify.annotations.NullMarked;
