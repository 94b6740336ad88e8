package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import java.util.Set;

/** Checks what Kubernetes says of every object, so that a misspelled field is not lost there. */
final class Metadata {
  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "generateName",
          "namespace",
          "labels",
          "annotations",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "finalizers",
          "ownerReferences",
          "managedFields",
          "selfLink");

  private Metadata() {}

  /** Notes what is unknown or of the wrong type. */
  static void check(Located object) throws RejectedException {
    Located metadata = object.require("metadata");
    metadata.rejectUnknown(FIELDS);
    metadata.read("labels", Located::texts);
    metadata.read("annotations", Located::texts);
  }
}
