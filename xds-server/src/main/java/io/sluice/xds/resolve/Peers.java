package io.sluice.xds.resolve;

import io.sluice.xds.identity.Identities;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who a rule is about: any peer, or the peers of some identities. Immutable.
 *
 * <p>Not a list of boxed numbers: there are thousands of rules with thousands of peers.
 */
public final class Peers {
  /** Any peer, whatever its identity. */
  public static final Peers ANY = new Peers(new int[0], true);

  /** Nobody. */
  public static final Peers NONE = new Peers(new int[0], false);

  private final int[] sorted;
  private final boolean any;

  private Peers(int[] sorted, boolean any) {
    this.sorted = sorted;
    this.any = any;
  }

  /** The peers of identities in any order. */
  public static Peers of(int... identities) {
    int[] sorted = Arrays.stream(identities).sorted().distinct().toArray();
    return sorted.length == 0 ? NONE : new Peers(sorted, false);
  }

  /** Whether any peer is meant. */
  public boolean any() {
    return any;
  }

  /** Whether nobody is meant. */
  public boolean nobody() {
    return !any && sorted.length == 0;
  }

  /** The identities, ascending; empty if any peer is meant. */
  public int[] identities() {
    return sorted.clone();
  }

  /** Whether no pod is among them. */
  boolean noPods() {
    return !any && Arrays.stream(sorted).noneMatch(Identities::isOfPods);
  }

  /** Whether the peers of an identity are meant. */
  public boolean contains(int identity) {
    return any || Arrays.binarySearch(sorted, identity) >= 0;
  }

  /** Whether all peers of another are meant. */
  boolean contains(Peers other) {
    return any || (!other.any && Arrays.stream(other.sorted).allMatch(this::contains));
  }

  /** Whether there is a peer that both mean. */
  public boolean meets(Peers other) {
    if (any || other.any) {
      return !nobody() && !other.nobody();
    }
    int mine = 0;
    int theirs = 0;
    while (mine < sorted.length && theirs < other.sorted.length) {
      int sign = Integer.compare(sorted[mine], other.sorted[theirs]);
      if (sign == 0) {
        return true;
      }
      mine += sign < 0 ? 1 : 0;
      theirs += sign > 0 ? 1 : 0;
    }
    return false;
  }

  /** The peers that either means. */
  public Peers or(Peers other) {
    if (any || other.any) {
      return ANY;
    }
    if (other.nobody()) {
      return this;
    }
    if (nobody()) {
      return other;
    }
    int[] both = Arrays.copyOf(sorted, sorted.length + other.sorted.length);
    System.arraycopy(other.sorted, 0, both, sorted.length, other.sorted.length);
    return of(both);
  }

  /** The same with one identity more, or one less. */
  Peers with(int identity, boolean member) {
    int at = Arrays.binarySearch(sorted, identity);
    if (any || at >= 0 == member) {
      return this;
    }
    int place = member ? -at - 1 : at;
    int[] now = new int[sorted.length + (member ? 1 : -1)];
    System.arraycopy(sorted, 0, now, 0, place);
    if (member) {
      now[place] = identity;
    }
    int from = member ? place : place + 1;
    System.arraycopy(sorted, from, now, member ? place + 1 : place, sorted.length - from);
    return new Peers(now, false);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Peers that && any == that.any && Arrays.equals(sorted, that.sorted);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sorted) + (any ? 1 : 0);
  }

  @Override
  public String toString() {
    return any ? "any" : Arrays.toString(sorted);
  }
}
