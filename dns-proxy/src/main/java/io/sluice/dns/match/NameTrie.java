package io.sluice.dns.match;

import io.sluice.dns.match.LabelTable.Star;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks a name up among any number of patterns, label by label from the right.
 *
 * <p>Labels without a star, and those with one, are in a {@link LabelTable}; a name's label is
 * looked up there once, and once for each place that a star has in the labels that follow a node.
 * {@code *} is one branch of its node and {@code **.} a mark at it; labels with more stars are in a
 * {@link GlobTrie} of their node. So the cost depends on the name's labels, on those places, and on
 * how many branches with stars fit it, not on the number of patterns. Allocates nothing but at
 * nodes with a {@link GlobTrie}.
 */
final class NameTrie {
  private static final int ROOT = 1;
  private static final int FIRST_CAPACITY = 16;

  /** What a node consists of, an int each: its two values, and the node behind a {@code *}. */
  private static final int HERE = 0;

  private static final int DEEPER = 1;
  private static final int ANY = 2;
  private static final int NODE = 3;

  private final LabelTable labels = new LabelTable();
  private int[] nodes = new int[FIRST_CAPACITY * NODE];
  private @Nullable Globs[] globs = new Globs[FIRST_CAPACITY];
  private int last;

  /** What labels with a star among other characters follow a node. */
  private static final class Globs {
    private Star[] places = {};
    private @Nullable GlobTrie others;
  }

  NameTrie() {
    newNode();
  }

  private int newNode() {
    last++;
    if (last == globs.length) {
      nodes = Arrays.copyOf(nodes, last * 2 * NODE);
      globs = Arrays.copyOf(globs, last * 2);
    }
    nodes[last * NODE + HERE] = RuleMatcher.NONE;
    nodes[last * NODE + DEEPER] = RuleMatcher.NONE;
    return last;
  }

  /**
   * Adds a pattern, unless there is an equal one.
   *
   * @param value what {@link #find} returns for it, not negative
   */
  void add(NamePattern pattern, int value) {
    int node = ROOT;
    List<LabelPattern> all = pattern.labels();
    for (int i = all.size() - 1; i >= 0; i--) {
      node = child(node, all.get(i));
    }
    if (pattern.deep() || pattern.everything()) {
      setOnce(node * NODE + DEEPER, value);
    }
    if (!pattern.deep() || pattern.everything()) {
      setOnce(node * NODE + HERE, value);
    }
  }

  private void setOnce(int at, int value) {
    if (nodes[at] == RuleMatcher.NONE) {
      nodes[at] = value;
    }
  }

  private int child(int node, LabelPattern label) {
    if (label.any()) {
      if (nodes[node * NODE + ANY] == LabelTable.NONE) {
        int any = newNode();
        nodes[node * NODE + ANY] = any;
      }
      return nodes[node * NODE + ANY];
    }
    if (label.stars() == 0) {
      return inTable(node, label);
    }
    Globs there = globs[node];
    if (there == null) {
      there = new Globs();
      globs[node] = there;
    }
    if (label.stars() == 1) {
      Star star = Star.of(label.text());
      if (!Arrays.asList(there.places).contains(star)) {
        there.places = Arrays.copyOf(there.places, there.places.length + 1);
        there.places[there.places.length - 1] = star;
      }
      return inTable(node, label);
    }
    if (there.others == null) {
      there.others = new GlobTrie();
    }
    return there.others.leaf(label.text(), this::newNode);
  }

  private int inTable(int node, LabelPattern label) {
    int next = labels.add(node, label.text(), last + 1);
    return next > last ? newNode() : next;
  }

  /** Returns the value of a pattern that the name matches, or {@link RuleMatcher#NONE}. */
  int find(DnsName name) {
    return name.plain() ? find(ROOT, name, name.labelCount()) : RuleMatcher.NONE;
  }

  /**
   * Goes on from a node.
   *
   * @param left how many labels, counted from the left, are still open
   */
  private int find(int node, DnsName name, int left) {
    if (node == LabelTable.NONE) {
      return RuleMatcher.NONE;
    }
    if (left == 0) {
      return nodes[node * NODE + HERE];
    }
    int found = nodes[node * NODE + DEEPER];
    if (found != RuleMatcher.NONE) {
      return found;
    }
    int label = left - 1;
    byte[] bytes = name.bytes();
    int from = name.from(label);
    int to = name.to(label);
    found = find(labels.find(node, bytes, from, to), name, label);
    if (found == RuleMatcher.NONE) {
      found = find(nodes[node * NODE + ANY], name, label);
    }
    Globs there = globs[node];
    if (found != RuleMatcher.NONE || there == null) {
      return found;
    }
    for (Star star : there.places) {
      found = find(labels.find(node, bytes, from, to, star), name, label);
      if (found != RuleMatcher.NONE) {
        return found;
      }
    }
    if (there.others != null) {
      for (int next : there.others.leaves(bytes, from, to)) {
        found = find(next, name, label);
        if (found != RuleMatcher.NONE) {
          return found;
        }
      }
    }
    return RuleMatcher.NONE;
  }
}
