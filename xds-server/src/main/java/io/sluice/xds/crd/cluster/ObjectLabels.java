package io.sluice.xds.crd.cluster;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads an object's own labels. */
final class ObjectLabels {
  private ObjectLabels() {}

  static SortedMap<String, String> of(Located object) throws RejectedException {
    Located labels = object.require("metadata").get("labels");
    return Collections.unmodifiableSortedMap(labels == null ? new TreeMap<>() : labels.texts());
  }
}
