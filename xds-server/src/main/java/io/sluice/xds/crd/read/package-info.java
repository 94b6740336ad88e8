/**
 * Reads the values of a manifest strictly, and keeps what is wrong or odd about them with its field
 * path and line.
 *
 * <p>Starting points: {@link io.sluice.xds.crd.read.Located}, {@link
 * io.sluice.xds.crd.read.Findings}.
 *
 * <p>Must not know any kind of object.
 */
@NullMarked
package io.sluice.xds.crd.read;

import org.jspecify.annotations.NullMarked;
