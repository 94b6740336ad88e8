/**
 * The control plane: from the world to resources. This package only joins the stages; the way is
 * {@code source}, {@code crd}, {@code identity}, {@code resolve}, {@code translate}, {@code
 * stream}, and a stage knows only those before it.
 *
 * <p>Starting points: {@link io.sluice.xds.ControlPlane}.
 */
@NullMarked
package io.sluice.xds;

import org.jspecify.annotations.NullMarked;
