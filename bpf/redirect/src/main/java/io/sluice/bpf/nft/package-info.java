/**
 * The same steering by rules of nftables, for machines where no programs can be attached.
 *
 * <p>Start at {@link io.sluice.bpf.nft.Nftables}; {@link io.sluice.bpf.nft.Ruleset} is what a
 * packet meets. Must not know: policies, pods or labels; what the precedence of rules is, which is
 * settled in {@code io.sluice.bpf.map} for both kinds of steering.
 */
@NullMarked
package io.sluice.bpf.nft;

import org.jspecify.annotations.NullMarked;
