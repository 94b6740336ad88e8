/**
 * The policy language: the objects that people write policies in become {@link
 * io.sluice.xds.world.Policy}, or are rejected by field.
 *
 * <p>Starting points: {@link io.sluice.xds.crd.policy.PolicyParser} (Cilium's kinds), {@link
 * io.sluice.xds.crd.policy.NetworkPolicyParser} (Kubernetes' own). One class for each part of a
 * rule, from the whole to its L7 rules.
 *
 * <p>Must not know other objects of the world: what a selector means is not decided here.
 */
@NullMarked
package io.sluice.xds.crd.policy;

import org.jspecify.annotations.NullMarked;
