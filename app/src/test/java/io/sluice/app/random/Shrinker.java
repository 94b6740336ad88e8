package io.sluice.app.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes a failing scenario small enough to read: leaves out of its policies whatever it can. */
public final class Shrinker {
  private static final Set<Object> NAMES =
      Set.of("apiVersion", "kind", "metadata", "name", "namespace");

  private Shrinker() {}

  /**
   * Leaves out policies, elements of lists and keys, one at a time, as long as it still fails. A
   * policy stays what it is and where it is: its kind, name and namespace are kept.
   *
   * @param stillFails must be false for policies that are no longer valid
   */
  public static Scenario smallest(Scenario failing, Predicate<Scenario> stillFails) {
    Scenario smallest = failing;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      // From behind, so that the places before one that was left out stay where they are.
      for (List<Object> place : places(smallest.policies()).reversed()) {
        Scenario candidate = smallest.withPolicies(without(smallest.policies(), place));
        if (stillFails.test(candidate)) {
          smallest = candidate;
          smaller = true;
        }
      }
    }
    return smallest;
  }

  /** All places in the policies, each as the keys and indexes that lead there. */
  private static List<List<Object>> places(List<Map<String, Object>> policies) {
    List<List<Object>> places = new ArrayList<>();
    collect(policies, List.of(), places);
    return places;
  }

  private static void collect(@Nullable Object tree, List<Object> path, List<List<Object>> places) {
    if (!path.isEmpty() && !NAMES.contains(path.getLast())) {
      places.add(path);
    }
    if (tree instanceof Map<?, ?> map) {
      map.forEach((key, value) -> collect(value, longer(path, key), places));
    } else if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        collect(list.get(i), longer(path, i), places);
      }
    }
  }

  private static List<Object> longer(List<Object> path, Object step) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  /** A copy of the policies without that place. */
  @SuppressWarnings("unchecked") // a copy of what it was made from
  private static List<Map<String, Object>> without(
      List<Map<String, Object>> policies, List<Object> place) {
    Object copy = copy(policies);
    Object parent = copy;
    for (Object step : place.subList(0, place.size() - 1)) {
      parent =
          parent instanceof List<?> list ? list.get((int) step) : ((Map<?, ?>) parent).get(step);
    }
    if (parent instanceof List<?> list) {
      list.remove((int) place.getLast());
    } else {
      ((Map<?, ?>) parent).remove(place.getLast());
    }
    return (List<Map<String, Object>>) copy;
  }

  private static @Nullable Object copy(@Nullable Object tree) {
    if (tree instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, value) -> copy.put(key, copy(value)));
      return copy;
    }
    if (tree instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(element -> copy.add(copy(element)));
      return copy;
    }
    return tree;
  }
}
