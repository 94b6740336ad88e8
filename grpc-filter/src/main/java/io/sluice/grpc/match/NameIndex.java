package io.sluice.grpc.match;

import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks a name up among all literals and prefixes that rules have for it, and goes on with those
 * rules whose pattern matches.
 *
 * <p>One pass over the name computes the hash of each of its prefixes and asks the table at each
 * length at which some rule has a pattern: the cost depends on the name's length, not on the number
 * of rules.
 */
final class NameIndex implements Node {
  private final boolean ofMethod;
  private final boolean[] lengths;
  private final @Nullable Slot[] slots;

  /** What follows for one text, as the whole name and as its prefix. */
  private static final class Slot {
    final String text;
    @Nullable Node exact;
    @Nullable Node prefix;

    Slot(String text) {
      this.text = text;
    }
  }

  /**
   * Makes an index.
   *
   * @param ofMethod whether it looks the method up, else the service
   * @param patterns what follows for each pattern
   */
  NameIndex(boolean ofMethod, Map<NamePattern, Node> patterns) {
    this.ofMethod = ofMethod;
    int longest = 0;
    for (NamePattern pattern : patterns.keySet()) {
      longest = Math.max(longest, pattern.text().length());
    }
    this.lengths = new boolean[longest + 1];
    this.slots = new Slot[Integer.highestOneBit(patterns.size() * 2 + 1) * 2];
    patterns.forEach(this::put);
  }

  private void put(NamePattern pattern, Node node) {
    String text = pattern.text();
    int at = mix(text.hashCode());
    Slot slot = slots[at];
    while (slot != null && !slot.text.equals(text)) {
      at = (at + 1) & (slots.length - 1);
      slot = slots[at];
    }
    if (slot == null) {
      slot = new Slot(text);
      slots[at] = slot;
    }
    if (pattern.prefix()) {
      slot.prefix = node;
    } else {
      slot.exact = node;
    }
    lengths[text.length()] = true;
  }

  @Override
  public int match(GrpcRequest request, int slash) {
    CharSequence path = request.path();
    int from = ofMethod ? slash + 1 : 1;
    int length = (ofMethod ? path.length() : slash) - from;
    int last = Math.min(length, lengths.length - 1);
    int hash = 0; // as String.hashCode
    for (int size = 0; size <= last; size++) {
      if (lengths[size]) {
        Slot slot = slot(path, from, size, hash);
        if (slot != null) {
          int rule = follow(slot, request, slash, size == length);
          if (rule != RuleMatcher.NONE) {
            return rule;
          }
        }
      }
      if (size < last) {
        hash = hash * 31 + path.charAt(from + size);
      }
    }
    return RuleMatcher.NONE;
  }

  private @Nullable Slot slot(CharSequence path, int from, int size, int hash) {
    int at = mix(hash);
    for (Slot slot = slots[at]; slot != null; slot = slots[at]) {
      if (slot.text.length() == size && isAt(slot.text, path, from)) {
        return slot;
      }
      at = (at + 1) & (slots.length - 1);
    }
    return null;
  }

  private static int follow(Slot slot, GrpcRequest request, int slash, boolean whole) {
    int rule = slot.prefix == null ? RuleMatcher.NONE : slot.prefix.match(request, slash);
    if (rule == RuleMatcher.NONE && whole && slot.exact != null) {
      rule = slot.exact.match(request, slash);
    }
    return rule;
  }

  private static boolean isAt(String text, CharSequence path, int from) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != path.charAt(from + i)) {
        return false;
      }
    }
    return true;
  }

  private int mix(int hash) {
    int mixed = hash * 0x9E3779B9;
    return (mixed ^ mixed >>> 16) & (slots.length - 1);
  }
}
