/**
 * The policy language and the objects that it speaks of: manifests become a checked {@link
 * io.sluice.xds.crd.World}, or a rejection that names the field.
 *
 * <p>Starting points: {@link io.sluice.xds.crd.Admission} (what is in force), {@code PolicyParser}
 * (the language), {@link io.sluice.xds.crd.Selector}.
 *
 * <p>Pure: opens nothing. Must not know identities, protobufs or who asks.
 */
@NullMarked
package io.sluice.xds.crd;

import org.jspecify.annotations.NullMarked;
