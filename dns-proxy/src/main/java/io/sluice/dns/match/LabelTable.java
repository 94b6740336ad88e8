package io.sluice.dns.match;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * Says which node follows another on a label, of those added; the labels may have one star each.
 *
 * <p>All are in one flat hash table, and their characters in one array: what is found among 100,000
 * costs two or three cache lines that are not at hand, where a tree of objects would cost one for
 * each pointer. What is not found costs none, mostly: a byte for each slot says so.
 */
final class LabelTable {
  /** No node; nodes are positive. */
  static final int NONE = 0;

  private static final int NO_STAR = -1;
  private static final int FIRST_CAPACITY = 16;

  /** What a slot consists of, an int each: a hash, a node, a label, and the node that follows. */
  private static final int HASH = 0;

  private static final int PARENT = 1;
  private static final int LABEL = 2;
  private static final int CHILD = 3;
  private static final int SLOT = 4;

  private int[] slots = new int[FIRST_CAPACITY * SLOT];

  /** A byte of the hash in each slot; 0 if the slot is free. */
  private byte[] tags = new byte[FIRST_CAPACITY];

  private int size;

  /** Each label as how many characters it has, where its star is, and those, without the star. */
  private byte[] labels = new byte[FIRST_CAPACITY];

  private int end;

  /** Where a star is in labels: behind how many characters, and before how many. */
  record Star(int before, int behind) {
    static Star of(String label) {
      int star = label.indexOf('*');
      return new Star(star, label.length() - star - 1);
    }
  }

  /**
   * Adds a label, unless it is there already.
   *
   * @param parent the node that it follows
   * @param text plain characters and at most one star
   * @param child the node that shall follow it if none does
   * @return the node that follows it
   */
  int add(int parent, String text, int child) {
    int star = text.indexOf('*');
    byte[] characters = text.replace("*", "").getBytes(US_ASCII);
    int hash =
        star == NO_STAR
            ? hash(parent, characters, 0, characters.length)
            : hash(parent, characters, 0, characters.length, Star.of(text));
    int label = write(characters, star);
    for (int at = hash & tags.length - 1; tags[at] != 0; at = at + 1 & tags.length - 1) {
      int slot = at * SLOT;
      if (slots[slot + PARENT] == parent && isWritten(slots[slot + LABEL], label)) {
        end = label;
        return slots[slot + CHILD];
      }
    }
    if (++size * 3 > tags.length * 2) {
      grow();
    }
    put(new int[] {hash, parent, label, child}, 0);
    return child;
  }

  private int write(byte[] characters, int star) {
    int start = end;
    end += 2 + characters.length;
    if (end > labels.length) {
      labels = Arrays.copyOf(labels, end * 2);
    }
    labels[start] = (byte) characters.length;
    labels[start + 1] = (byte) star;
    System.arraycopy(characters, 0, labels, start + 2, characters.length);
    return start;
  }

  private boolean isWritten(int label, int last) {
    int length = end - last;
    return Arrays.equals(labels, label, label + length, labels, last, end);
  }

  private void grow() {
    int[] all = slots;
    slots = new int[all.length * 2];
    tags = new byte[tags.length * 2];
    for (int from = 0; from < all.length; from += SLOT) {
      if (all[from + CHILD] != NONE) {
        put(all, from);
      }
    }
  }

  private void put(int[] slot, int from) {
    int hash = slot[from + HASH];
    int at = hash & tags.length - 1;
    while (tags[at] != 0) {
      at = at + 1 & tags.length - 1;
    }
    tags[at] = tag(hash);
    System.arraycopy(slot, from, slots, at * SLOT, SLOT);
  }

  /** Its upper byte, as the lower ones say where to look; never 0. */
  private static byte tag(int hash) {
    byte upper = (byte) (hash >>> 24);
    return upper == 0 ? 1 : upper;
  }

  /** Returns what follows a node on the label bytes[from, to), {@link #NONE} if nothing does. */
  int find(int parent, byte[] bytes, int from, int to) {
    return find(parent, hash(parent, bytes, from, to), bytes, from, to);
  }

  /** Returns what follows on the label with a star there that the label bytes[from, to) fits. */
  int find(int parent, byte[] bytes, int from, int to, Star star) {
    return star.before + star.behind > to - from
        ? NONE
        : find(parent, hash(parent, bytes, from, to, star), bytes, from, to);
  }

  private int find(int parent, int hash, byte[] bytes, int from, int to) {
    byte wanted = tag(hash);
    int at = hash & tags.length - 1;
    for (byte tag = tags[at]; tag != 0; tag = tags[at]) {
      int slot = at * SLOT;
      if (tag == wanted
          && slots[slot + HASH] == hash
          && slots[slot + PARENT] == parent
          && matches(slots[slot + LABEL], bytes, from, to)) {
        return slots[slot + CHILD];
      }
      at = at + 1 & tags.length - 1;
    }
    return NONE;
  }

  private boolean matches(int label, byte[] bytes, int from, int to) {
    int start = label + 2;
    int length = labels[label];
    int star = labels[label + 1];
    if (star == NO_STAR) {
      return Arrays.equals(labels, start, start + length, bytes, from, to);
    }
    int middle = start + star;
    return length <= to - from
        && Arrays.equals(labels, start, middle, bytes, from, from + star)
        && Arrays.equals(labels, middle, start + length, bytes, to - (length - star), to);
  }

  private static int hash(int parent, byte[] bytes, int from, int to, Star star) {
    return hash(hash(parent, bytes, from, from + star.before), bytes, to - star.behind, to);
  }

  private static int hash(int parent, byte[] bytes, int from, int to) {
    int hash = parent;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    hash *= 0x9E3779B9;
    return hash ^ hash >>> 15;
  }
}
