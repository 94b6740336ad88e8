package io.sluice.xds.crd.cluster;

import io.sluice.xds.crd.read.Annotations;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Namespace;

/** Reads the labels of a namespace, and whether it is audited. */
public final class NamespaceParser {
  private NamespaceParser() {}

  /** Reads a namespace. */
  public static Namespace namespace(Located object) throws RejectedException {
    return new Namespace(
        object.manifest().name(), ObjectLabels.of(object), Annotations.auditedIfClear(object));
  }
}
