package io.sluice.xds.resolve;

import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what has a selector that selects some labels, without asking every selector: each is kept
 * under the values of one of its equality requirements, best the namespace, which splits a cluster
 * most.
 *
 * @param <T> what has a selector; compared as an object
 */
final class SelectorIndex<T> {
  private final Map<String, Map<String, Set<Entry<T>>>> byKeyAndValue = new HashMap<>();
  private final Set<Entry<T>> others = new LinkedHashSet<>();

  private record Entry<T>(Selector selector, T owner) {
    // What owns a selector is not asked what it equals.
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(@Nullable Object other) {
      return other instanceof Entry<?> that && owner == that.owner;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(owner);
    }
  }

  void add(Selector selector, T owner) {
    Entry<T> entry = new Entry<>(selector, owner);
    Requirement equality = equality(selector);
    if (equality == null) {
      others.add(entry);
      return;
    }
    Map<String, Set<Entry<T>>> values =
        byKeyAndValue.computeIfAbsent(equality.key(), key -> new HashMap<>());
    for (String value : equality.values()) {
      values.computeIfAbsent(value, v -> new LinkedHashSet<>()).add(entry);
    }
  }

  void remove(Selector selector, T owner) {
    Entry<T> entry = new Entry<>(selector, owner);
    Requirement equality = equality(selector);
    if (equality == null) {
      others.remove(entry);
      return;
    }
    Map<String, Set<Entry<T>>> values = byKeyAndValue.getOrDefault(equality.key(), Map.of());
    for (String value : equality.values()) {
      Set<Entry<T>> listed = values.get(value);
      if (listed != null && listed.remove(entry) && listed.isEmpty()) {
        values.remove(value);
      }
    }
  }

  /** Calls with everything whose selector selects the labels, once each, in no certain order. */
  void matching(Labels labels, Consumer<T> consumer) {
    Set<Entry<T>> asked = new LinkedHashSet<>();
    for (Label label : labels.sorted()) {
      Map<String, Set<Entry<T>>> values = byKeyAndValue.get(label.key());
      if (values == null) {
        continue;
      }
      if (label.source().equals(Label.RESERVED)) {
        values.values().forEach(asked::addAll); // its value is not compared
      } else {
        asked.addAll(values.getOrDefault(label.value(), Set.of()));
      }
    }
    List<Entry<T>> matching = new ArrayList<>();
    for (Set<Entry<T>> candidates : List.of(asked, others)) {
      for (Entry<T> entry : candidates) {
        if (entry.selector.matches(labels)) {
          matching.add(entry);
        }
      }
    }
    matching.forEach(entry -> consumer.accept(entry.owner));
  }

  /** The equality requirement that tells most. */
  private static @Nullable Requirement equality(Selector selector) {
    Requirement best = null;
    for (Requirement requirement : selector.requirements()) {
      if (requirement.operator() == Requirement.Operator.IN
          && LabelPostings.indexed(requirement)
          && (best == null || rank(requirement) < rank(best))) {
        best = requirement;
      }
    }
    return best;
  }

  /** Smaller for labels that fewer share. */
  private static int rank(Requirement requirement) {
    String key = requirement.key();
    if (key.equals(Label.NAMESPACE)) {
      return 0;
    }
    if (key.equals(Label.CLUSTER)) {
      return 3;
    }
    return key.startsWith(Label.NAMESPACE_LABELS) ? 2 : 1;
  }
}
