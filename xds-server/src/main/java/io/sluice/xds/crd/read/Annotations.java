package io.sluice.xds.crd.read;

import org.jspecify.annotations.Nullable;

/** The annotations that mean something to Sluice. */
public final class Annotations {
  /** Names the host-side interface of a pod. */
  public static final String INTERFACE = "sluice.io/interface";

  /** Says that what the object stands for is reported, not enforced. */
  public static final String AUDIT = "policy.sluice.io/audit";

  private Annotations() {}

  /** The annotation's field, or null if the object does not carry it. */
  public static @Nullable Located find(Located object, String key) throws RejectedException {
    Located annotations = object.require("metadata").get("annotations");
    return annotations == null ? null : annotations.get(key);
  }

  /** Whether an object asks to be audited; a value that says neither yes nor no is rejected. */
  public static boolean audited(Located object) throws RejectedException {
    Located audit = find(object, AUDIT);
    if (audit == null) {
      return false;
    }
    return switch (audit.text()) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw audit.reject("expected \"true\" or \"false\", found \"" + audit.text() + "\"");
    };
  }

  /**
   * Whether a pod or a namespace asks to be audited. It must stay in the world whatever its
   * annotations say, so a value that says neither yes nor no means no.
   */
  public static boolean auditedIfClear(Located object) throws RejectedException {
    try {
      return audited(object);
    } catch (RejectedException unclear) {
      object.warn(
          "its annotation " + AUDIT + " is ignored, so it is enforced: " + unclear.getMessage());
      return false;
    }
  }
}
