package io.sluice.xds.crd.read;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Policy.DnsReject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The annotations that mean something to Sluice. */
public final class Annotations {
  /** Names the host-side interface of a pod. */
  public static final String INTERFACE = "sluice.io/interface";

  /** Says that what the object stands for is reported, not enforced. */
  public static final String AUDIT = "policy.sluice.io/audit";

  /** Says how queries that a policy's DNS rules refuse are answered. */
  public static final String DNS_REJECT = "policy.sluice.io/dns-reject";

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
   * How queries that a policy refuses are answered, null where it does not say; any other word is
   * rejected.
   *
   * @param rules of the policy; without DNS rules the word is odd
   */
  public static @Nullable DnsReject dnsReject(Located object, List<Policy.Rule> rules)
      throws RejectedException {
    Located reject = find(object, DNS_REJECT);
    if (reject == null) {
      return null;
    }
    if (rules.stream().noneMatch(Annotations::isAboutDns)) {
      reject.warn("has no effect: the policy has no DNS rules that could refuse a query");
    }
    return switch (reject.text()) {
      case "refused" -> DnsReject.REFUSED;
      case "nxdomain" -> DnsReject.NXDOMAIN;
      default ->
          throw reject.reject(
              "expected \"nxdomain\" or \"refused\", found \"" + reject.text() + "\"");
    };
  }

  private static boolean isAboutDns(Policy.Rule rule) {
    return rule.egress().items().stream()
        .map(Policy.Item::ports)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .anyMatch(ports -> ports.l7() instanceof L7Rules.Dns);
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
