package io.sluice.xds.resolve;

import io.sluice.xds.identity.Identity;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds the identities that a selector selects without asking all of them. */
final class LabelPostings {
  private final Map<Integer, Identity> all = new TreeMap<>();
  private final Map<String, Map<String, Map<Integer, Identity>>> byKeyAndValue = new HashMap<>();

  void add(Identity identity) {
    all.put(identity.number(), identity);
    for (Label label : identity.labels().sorted()) {
      byKeyAndValue
          .computeIfAbsent(label.key(), key -> new HashMap<>())
          .computeIfAbsent(label.value(), value -> new HashMap<>())
          .put(identity.number(), identity);
    }
  }

  void remove(Identity identity) {
    all.remove(identity.number());
    for (Label label : identity.labels().sorted()) {
      Map<String, Map<Integer, Identity>> values = byKeyAndValue.get(label.key());
      Map<Integer, Identity> listed = values == null ? null : values.get(label.value());
      if (values == null || listed == null) {
        continue;
      }
      listed.remove(identity.number());
      if (listed.isEmpty()) {
        values.remove(label.value());
      }
      if (values.isEmpty()) {
        byKeyAndValue.remove(label.key());
      }
    }
  }

  /** The numbers of all identities whose labels satisfy the selector. */
  Peers select(Selector selector) {
    if (selector.everything()) {
      return Peers.ANY;
    }
    return Peers.of(
        candidates(selector).stream()
            .filter(identity -> selector.matches(identity.labels()))
            .mapToInt(Identity::number)
            .toArray());
  }

  /** Those that satisfy at least the requirement that the fewest satisfy. */
  private Collection<Identity> candidates(Selector selector) {
    List<Map<Integer, Identity>> fewest = null;
    long least = Long.MAX_VALUE;
    for (Requirement requirement : selector.requirements()) {
      if (requirement.operator() == Requirement.Operator.IN && indexed(requirement)) {
        List<Map<Integer, Identity>> having = having(requirement);
        long count = having.stream().mapToLong(Map::size).sum();
        if (count < least) {
          least = count;
          fewest = having;
        }
      }
    }
    if (fewest == null) {
      fewest = present(selector);
    }
    if (fewest == null) {
      return all.values();
    }
    List<Identity> candidates = new ArrayList<>();
    fewest.forEach(listed -> candidates.addAll(listed.values()));
    return candidates;
  }

  /** Those that have the label with one of the values. */
  private List<Map<Integer, Identity>> having(Requirement requirement) {
    Map<String, Map<Integer, Identity>> values =
        byKeyAndValue.getOrDefault(requirement.key(), Map.of());
    List<Map<Integer, Identity>> having = new ArrayList<>();
    for (String value : requirement.values()) {
      having.add(values.getOrDefault(value, Map.of()));
    }
    // The value of a reserved label is empty and is not compared.
    if (!requirement.values().contains("")) {
      having.add(values.getOrDefault("", Map.of()));
    }
    return having;
  }

  /** Those that have some label that must be there; null: none must. */
  private @Nullable List<Map<Integer, Identity>> present(Selector selector) {
    for (Requirement requirement : selector.requirements()) {
      if (requirement.operator() == Requirement.Operator.EXISTS && indexed(requirement)) {
        return List.copyOf(byKeyAndValue.getOrDefault(requirement.key(), Map.of()).values());
      }
    }
    return null;
  }

  /** Ranges satisfy requirements of their containing ranges too, which are not their labels. */
  static boolean indexed(Requirement requirement) {
    return !requirement.source().equals(Label.CIDR);
  }
}
