package io.sluice.xds.crd.read;

import io.sluice.xds.crd.read.Finding.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects what is wrong or odd about one object; the first hundred of each, errors always. */
public final class Findings {
  private static final int MAX_OF_LEVEL = 100;

  private final List<Finding> errors = new ArrayList<>();
  private final List<Finding> warnings = new ArrayList<>();

  /** Adds one; the same is kept once. */
  public void add(Finding finding) {
    List<Finding> same = finding.level() == Level.ERROR ? errors : warnings;
    if (same.size() < MAX_OF_LEVEL && !same.contains(finding)) {
      same.add(finding);
    }
  }

  /** The error that was found first, if the object is to be rejected. */
  public Optional<Finding> firstError() {
    return errors.stream().findFirst();
  }

  /** The warnings in the order in which they were found. */
  public List<Finding> warnings() {
    return List.copyOf(warnings);
  }

  /** Errors and warnings in the order of the file. */
  public List<Finding> all() {
    List<Finding> all = new ArrayList<>(errors);
    all.addAll(warnings);
    all.sort(Comparator.comparingInt(Finding::line));
    return List.copyOf(all);
  }
}
