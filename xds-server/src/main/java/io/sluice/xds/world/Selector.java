package io.sluice.xds.world;

import java.util.ArrayList;
import java.util.List;

/**
 * Selects identities by their labels; every requirement must hold. Selectors that ask for the same
 * are equal.
 *
 * @param requirements sorted, none twice; empty selects everything there is
 */
public record Selector(List<Requirement> requirements) {
  /** Selects every identity, those of the world and of the node included. */
  public static final Selector EVERYTHING = new Selector(List.of());

  /** Makes one from requirements in any order. */
  public static Selector of(List<Requirement> requirements) {
    return new Selector(requirements.stream().distinct().sorted().toList());
  }

  /** The selector that asks for this too. */
  public Selector and(Requirement requirement) {
    List<Requirement> all = new ArrayList<>(requirements);
    all.add(requirement);
    return of(all);
  }

  /** Whether it selects everything, whatever its labels. */
  public boolean everything() {
    return requirements.isEmpty();
  }

  /** Whether labels satisfy every requirement. */
  public boolean matches(Labels labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return requirements.toString();
  }
}
