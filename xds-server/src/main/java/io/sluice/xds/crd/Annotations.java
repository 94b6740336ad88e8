package io.sluice.xds.crd;

import org.jspecify.annotations.Nullable;

/** The annotations that mean something to Sluice. */
final class Annotations {
  static final String INTERFACE = "sluice.io/interface";
  static final String AUDIT = "policy.sluice.io/audit";

  private Annotations() {}

  /** The annotation's field, or null if the object does not carry it. */
  static @Nullable Located find(Located object, String key) throws RejectedException {
    Located annotations = object.require("metadata").get("annotations");
    return annotations == null ? null : annotations.get(key);
  }

  /** Rejects an object that asks to be audited: enforcing it would do what it asks not to. */
  static void rejectAudit(Located object) throws RejectedException {
    Located audit = find(object, AUDIT);
    if (audit != null && !audit.text().equals("false")) {
      throw audit.reject("audit is not supported yet; remove the annotation to have it enforced");
    }
  }
}
