package io.sluice.xds.world;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A set of labels; two sets with the same labels are equal, however they were made.
 *
 * @param sorted in order, no label twice
 */
public record Labels(List<Label> sorted) implements Comparable<Labels> {

  /** Makes a set from labels in any order. */
  public static Labels of(Collection<Label> labels) {
    return new Labels(labels.stream().distinct().sorted().toList());
  }

  /** The set of some reserved labels. */
  public static Labels reserved(String... names) {
    return of(Arrays.stream(names).map(name -> new Label(Label.RESERVED, name, "")).toList());
  }

  /** Whether a reserved label is in the set. */
  public boolean hasReserved(String name) {
    for (Label label : sorted) {
      if (label.key().equals(name) && label.source().equals(Label.RESERVED)) {
        return true;
      }
    }
    return false;
  }

  /** The labels as {@code source:key=value}, in order. */
  public List<String> texts() {
    return sorted.stream().map(Label::toString).toList();
  }

  @Override
  public int compareTo(Labels other) {
    int common = Math.min(sorted.size(), other.sorted.size());
    for (int i = 0; i < common; i++) {
      int order = sorted.get(i).compareTo(other.sorted.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(sorted.size(), other.sorted.size());
  }
}
