package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;
import io.sluice.http.match.Literals.Literal;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks one field up among all literals, literal prefixes and regular expressions that rules have
 * for it, and goes on to the next field with those rules whose pattern matches.
 *
 * <p>One pass over the field computes the hash of each of its prefixes and asks the table at each
 * length at which some rule has a literal: the cost depends on the field's length, not on the
 * number of rules. Only patterns that are no literals run as regular expressions, each once.
 */
final class FieldIndex implements Node {
  private final RequestField field;
  private final @Nullable Node anyRequest;
  private final boolean[] lengths;
  private final @Nullable Slot[] slots;
  private final TextPattern[] patterns;
  private final Node[] patternNodes;

  /** What follows for one literal, as the whole field and as its prefix. */
  private static final class Slot {
    final byte[] key;
    final int hash;
    @Nullable Node exact;
    @Nullable Node prefix;

    Slot(byte[] key, int hash) {
      this.key = key;
      this.hash = hash;
    }
  }

  /**
   * Makes an index.
   *
   * @param anyRequest what follows for rules without a pattern for this field, or null
   * @param literals what follows for each literal
   * @param regexes what follows for each other pattern
   */
  FieldIndex(
      RequestField field,
      @Nullable Node anyRequest,
      Map<Literal, Node> literals,
      Map<TextPattern, Node> regexes) {
    this.field = field;
    this.anyRequest = anyRequest;
    this.patterns = regexes.keySet().toArray(new TextPattern[0]);
    this.patternNodes = regexes.values().toArray(new Node[0]);
    int longest = 0;
    for (Literal literal : literals.keySet()) {
      longest = Math.max(longest, literal.text().length());
    }
    this.lengths = new boolean[literals.isEmpty() ? 0 : longest + 1];
    this.slots = new Slot[Integer.highestOneBit(literals.size() * 2 + 1) * 2];
    literals.forEach(this::put);
  }

  private void put(Literal literal, Node node) {
    byte[] key = literal.text().getBytes(StandardCharsets.US_ASCII);
    int hash = hash(key);
    int at = mix(hash) & (slots.length - 1);
    Slot slot = slots[at];
    while (slot != null && !Arrays.equals(slot.key, key)) {
      at = (at + 1) & (slots.length - 1);
      slot = slots[at];
    }
    if (slot == null) {
      slot = new Slot(key, hash);
      slots[at] = slot;
    }
    if (literal.prefix()) {
      slot.prefix = node;
    } else {
      slot.exact = node;
    }
    lengths[key.length] = true;
  }

  @Override
  public int match(RequestHead request) {
    if (anyRequest != null) {
      int rule = anyRequest.match(request);
      if (rule != RuleMatcher.NONE) {
        return rule;
      }
    }
    byte[] bytes = field.bytes(request);
    int from = field.from(request);
    int length = field.to(request) - from;
    if (length == 0) {
      return RuleMatcher.NONE; // absent: no pattern can match
    }
    int rule = literals(request, bytes, from, length);
    return rule != RuleMatcher.NONE || patterns.length == 0
        ? rule
        : regexes(request, bytes, from, length);
  }

  private int literals(RequestHead request, byte[] bytes, int from, int length) {
    int hash = 0;
    int last = Math.min(length, lengths.length - 1);
    for (int size = 0; size <= last; size++) {
      if (lengths[size]) {
        int rule = lookUp(request, bytes, from, size, hash, size == length);
        if (rule != RuleMatcher.NONE) {
          return rule;
        }
      }
      if (size < last) {
        hash = hash * 31 + bytes[from + size];
      }
    }
    return RuleMatcher.NONE;
  }

  private int lookUp(
      RequestHead request, byte[] bytes, int from, int size, int hash, boolean whole) {
    int at = mix(hash) & (slots.length - 1);
    for (Slot slot = slots[at]; slot != null; slot = slots[at]) {
      if (slot.hash == hash
          && Arrays.equals(slot.key, 0, slot.key.length, bytes, from, from + size)) {
        int rule = slot.prefix == null ? RuleMatcher.NONE : slot.prefix.match(request);
        if (rule == RuleMatcher.NONE && whole && slot.exact != null) {
          rule = slot.exact.match(request);
        }
        return rule;
      }
      at = (at + 1) & (slots.length - 1);
    }
    return RuleMatcher.NONE;
  }

  private int regexes(RequestHead request, byte[] bytes, int from, int length) {
    byte[] value = Arrays.copyOfRange(bytes, from, from + length);
    for (int i = 0; i < patterns.length; i++) {
      if (patterns[i].matches(value)) {
        int rule = patternNodes[i].match(request);
        if (rule != RuleMatcher.NONE) {
          return rule;
        }
      }
    }
    return RuleMatcher.NONE;
  }

  private static int hash(byte[] key) {
    int hash = 0;
    for (byte b : key) {
      hash = hash * 31 + b;
    }
    return hash;
  }

  private static int mix(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 16;
  }
}
