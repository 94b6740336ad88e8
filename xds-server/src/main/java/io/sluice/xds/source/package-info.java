/**
 * Where the world comes from: manifests, read with their positions, and told again whenever they
 * change.
 *
 * <p>Starting points: {@link io.sluice.xds.source.WorldSource}, {@link
 * io.sluice.xds.source.WorldFolder}, {@link io.sluice.xds.source.ManifestFiles}, {@link
 * io.sluice.xds.source.Manifest}.
 *
 * <p>Knows files, YAML and JSON. Must not know what any kind of object means, nor any later stage.
 */
@NullMarked
package io.sluice.xds.source;

import org.jspecify.annotations.NullMarked;
