package io.sluice.xds.crd.cluster;

import io.sluice.net.Cidr;
import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.CidrGroup;
import java.util.List;
import java.util.Set;

/** Reads CiliumCIDRGroup; policies depend on it, so it is read as strictly as they are. */
public final class CidrGroupParser {
  private static final int MAX_RANGES = 100_000;

  private CidrGroupParser() {}

  /** Reads a group. */
  public static CidrGroup group(Located object) throws RejectedException {
    object.allow(Set.of("apiVersion", "kind", "metadata", "spec", "status"));
    Located spec = object.require("spec");
    spec.allow(Set.of("externalCIDRs"));
    Located listed = spec.require("externalCIDRs");
    if (listed.items(MAX_RANGES).isEmpty()) {
      listed.warn("names no range, so whatever refers to the group means nobody");
    }
    List<Cidr> ranges = listed.each(Addresses::rangeOrAddress);
    return new CidrGroup(
        object.manifest().name(),
        object.manifest().source(),
        ObjectLabels.of(object),
        ranges.stream().distinct().toList());
  }
}
