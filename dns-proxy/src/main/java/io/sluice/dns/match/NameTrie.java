package io.sluice.dns.match;

import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks a name up among any number of patterns, label by label from the right.
 *
 * <p>All literal labels are in one hash table under the node that they follow; {@code *} is one
 * branch of its node and {@code **.} a mark at it; other labels with stars are in a {@link
 * GlobTrie} of their node. So the cost depends on the name's labels, and on how many branches with
 * stars fit it, not on the number of patterns. Allocates nothing but at nodes with a {@link
 * GlobTrie}.
 */
final class NameTrie {
  private static final int FIRST_CAPACITY = 16;

  private final Node root = new Node(null, new byte[0], 0);
  private @Nullable Node[] table = new Node[FIRST_CAPACITY];
  private int size;

  /** What follows on some labels. */
  static final class Node {
    private final @Nullable Node parent;
    private final byte[] label;
    private final int hash;
    private @Nullable Node any;
    private @Nullable GlobTrie globs;
    private int here = RuleMatcher.NONE;
    private int deeper = RuleMatcher.NONE;

    private Node(@Nullable Node parent, byte[] label, int hash) {
      this.parent = parent;
      this.label = label;
      this.hash = hash;
    }
  }

  /**
   * Adds a pattern, unless there is an equal one.
   *
   * @param value what {@link #find} returns for it, not negative
   */
  void add(NamePattern pattern, int value) {
    Node node = root;
    List<LabelPattern> labels = pattern.labels();
    for (int i = labels.size() - 1; i >= 0; i--) {
      node = child(node, labels.get(i));
    }
    boolean every = pattern.everything();
    if ((pattern.deep() || every) && node.deeper == RuleMatcher.NONE) {
      node.deeper = value;
    }
    if ((!pattern.deep() || every) && node.here == RuleMatcher.NONE) {
      node.here = value;
    }
  }

  private Node child(Node node, LabelPattern label) {
    if (label.literal()) {
      return literal(node, label.text());
    }
    if (label.any()) {
      if (node.any == null) {
        node.any = new Node(node, new byte[0], mix(node.hash, '*'));
      }
      return node.any;
    }
    if (node.globs == null) {
      node.globs = new GlobTrie();
    }
    // The hash only spreads what follows: any will do that differs between the globs of a node.
    return node.globs.leaf(
        label.text(), () -> new Node(node, new byte[0], mix(node.hash, label.hashCode())));
  }

  private Node literal(Node parent, String text) {
    byte[] label = new byte[text.length()];
    for (int i = 0; i < label.length; i++) {
      label[i] = (byte) text.charAt(i);
    }
    int hash = mix(parent.hash, hash(label, 0, label.length));
    Node found = find(parent, hash, label, 0, label.length);
    if (found == null) {
      found = new Node(parent, label, hash);
      if (++size * 2 > table.length) {
        grow();
      }
      put(found);
    }
    return found;
  }

  private void grow() {
    @Nullable Node[] all = table;
    table = new Node[all.length * 2];
    for (Node node : all) {
      if (node != null) {
        put(node);
      }
    }
  }

  private void put(Node node) {
    int at = node.hash & (table.length - 1);
    while (table[at] != null) {
      at = (at + 1) & (table.length - 1);
    }
    table[at] = node;
  }

  private @Nullable Node find(Node parent, int hash, byte[] bytes, int from, int to) {
    int at = hash & (table.length - 1);
    for (Node node = table[at]; node != null; node = table[at]) {
      if (node.hash == hash
          && node.parent == parent
          && Arrays.equals(node.label, 0, node.label.length, bytes, from, to)) {
        return node;
      }
      at = (at + 1) & (table.length - 1);
    }
    return null;
  }

  /** Returns the value of a pattern that the name matches, or {@link RuleMatcher#NONE}. */
  int find(DnsName name) {
    return name.plain() ? find(root, name, name.labelCount()) : RuleMatcher.NONE;
  }

  /**
   * Goes on from a node.
   *
   * @param left how many labels, counted from the left, are still open
   */
  private int find(Node node, DnsName name, int left) {
    if (left == 0) {
      return node.here;
    }
    if (node.deeper != RuleMatcher.NONE) {
      return node.deeper;
    }
    int label = left - 1;
    int from = name.from(label);
    int to = name.to(label);
    int hash = mix(node.hash, hash(name.bytes(), from, to));
    Node literal = find(node, hash, name.bytes(), from, to);
    int found = literal == null ? RuleMatcher.NONE : find(literal, name, label);
    if (found == RuleMatcher.NONE && node.any != null) {
      found = find(node.any, name, label);
    }
    if (found == RuleMatcher.NONE && node.globs != null) {
      for (Node next : node.globs.leaves(name.bytes(), from, to)) {
        found = find(next, name, label);
        if (found != RuleMatcher.NONE) {
          return found;
        }
      }
    }
    return found;
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash;
  }

  private static int mix(int parent, int label) {
    int mixed = (parent * 31 + label) * 0x9E3779B9;
    return mixed ^ mixed >>> 15;
  }
}
