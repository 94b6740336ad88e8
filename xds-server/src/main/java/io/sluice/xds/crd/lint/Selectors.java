package io.sluice.xds.crd.lint;

import io.sluice.xds.world.Label;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Requirement.Operator;
import io.sluice.xds.world.Selector;
import java.util.Collections;

/** What two selectors have to do with each other, as far as they tell without any identity. */
final class Selectors {
  private Selectors() {}

  /** Whether whatever the second selects is certainly selected by the first. */
  static boolean covers(Selector wide, Selector narrow) {
    return wide.requirements().stream()
        .allMatch(
            wanted -> narrow.requirements().stream().anyMatch(known -> follows(wanted, known)));
  }

  /** Whether nothing can be selected by both. */
  static boolean disjoint(Selector a, Selector b) {
    return a.requirements().stream()
        .anyMatch(one -> b.requirements().stream().anyMatch(other -> excludes(one, other)));
  }

  /** Whether whatever the second means is certainly meant by the first. */
  static boolean covers(PeerSelector wide, PeerSelector narrow) {
    if (wide.equals(narrow)) {
      return true;
    }
    return switch (wide) {
      case PeerSelector.Labelled(Selector labels) ->
          narrow instanceof PeerSelector.Labelled(Selector others)
              ? covers(labels, others)
              : labels.everything() || (outside(narrow) && meansWorld(labels));
      case PeerSelector.Range range ->
          narrow instanceof PeerSelector.Range other
              && range.except().isEmpty()
              && range.cidr().contains(other.cidr());
      default -> false;
    };
  }

  /** Whether it means addresses outside the cluster only. */
  private static boolean outside(PeerSelector peer) {
    return switch (peer) {
      case PeerSelector.Range _, PeerSelector.Group _, PeerSelector.Groups _, PeerSelector.Fqdn _ ->
          true;
      default -> false;
    };
  }

  private static boolean meansWorld(Selector labels) {
    return labels.requirements().size() == 1
        && labels.requirements().getFirst().equals(Requirement.exists(Label.RESERVED, "world"));
  }

  private static boolean follows(Requirement wanted, Requirement known) {
    if (!wanted.key().equals(known.key()) || !sourceFollows(wanted, known)) {
      return false;
    }
    return switch (wanted.operator()) {
      case IN -> known.operator() == Operator.IN && wanted.values().containsAll(known.values());
      case EXISTS -> known.operator() == Operator.IN || known.operator() == Operator.EXISTS;
      case NOT_IN ->
          (known.operator() == Operator.NOT_IN && known.values().containsAll(wanted.values()))
              || known.operator() == Operator.DOES_NOT_EXIST;
      case DOES_NOT_EXIST -> known.operator() == Operator.DOES_NOT_EXIST;
    };
  }

  /** A label of one source is one of any; the absence in any source is one of each. */
  private static boolean sourceFollows(Requirement wanted, Requirement known) {
    boolean absence =
        wanted.operator() == Operator.NOT_IN || wanted.operator() == Operator.DOES_NOT_EXIST;
    String any = absence ? known.source() : wanted.source();
    return wanted.source().equals(known.source()) || any.equals(Requirement.ANY_SOURCE);
  }

  private static boolean excludes(Requirement one, Requirement other) {
    if (!one.key().equals(other.key())
        || (!one.source().equals(other.source())
            && !one.names(one.key())
            && !other.names(other.key()))) {
      return false;
    }
    return oneSided(one, other) || oneSided(other, one);
  }

  private static boolean oneSided(Requirement one, Requirement other) {
    return switch (one.operator()) {
      case IN ->
          switch (other.operator()) {
            case IN -> Collections.disjoint(one.values(), other.values());
            case NOT_IN -> other.values().containsAll(one.values());
            case EXISTS -> false;
            case DOES_NOT_EXIST -> true;
          };
      case EXISTS -> other.operator() == Operator.DOES_NOT_EXIST;
      case NOT_IN, DOES_NOT_EXIST -> false;
    };
  }
}
