package io.sluice.xds.resolve;

import io.sluice.xds.world.Policy;
import java.util.Comparator;

/** The order in which policies are told: by kind, namespace and name. It decides nothing. */
final class PolicyOrder {
  static final Comparator<Policy> ORDER =
      Comparator.comparing(Policy::kind)
          .thenComparing(Policy::namespace)
          .thenComparing(Policy::name);

  private PolicyOrder() {}
}
