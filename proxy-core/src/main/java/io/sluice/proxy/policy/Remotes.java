package io.sluice.proxy.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.IntConsumer;

/**
 * The identities that a rule names: immutable, and one object for all rules of the node that name
 * the same, however many identities those are.
 */
public final class Remotes {
  /** Any peer; as part of a {@link PortVerdict} every peer without an entry of its own. */
  public static final Remotes ANY = new Remotes(new int[0]);

  /** The local node. */
  static final Remotes HOST = new Remotes(new int[] {ReservedIdentity.HOST});

  /** Any order that is always the same; {@link #ANY} is the first. */
  static final Comparator<Remotes> ORDER =
      (one, other) -> Arrays.compare(one.identities, other.identities);

  private final int[] identities;
  private final int hash;

  private Remotes(int[] sorted) {
    identities = sorted;
    hash = Arrays.hashCode(sorted);
  }

  /** The given identities, none of them twice; without any it is {@link #ANY}. */
  public static Remotes of(Collection<Integer> identities) {
    return of(identities.stream().mapToInt(Integer::intValue).sorted().distinct().toArray());
  }

  /** The same from an array that is sorted, holds none twice, and is not changed any more. */
  static Remotes of(int[] sorted) {
    return sorted.length == 0 ? ANY : new Remotes(sorted);
  }

  /** Whether it names nobody in particular. */
  public boolean isAny() {
    return identities.length == 0;
  }

  /** Whether the identity is named, or nobody in particular is. */
  public boolean include(int identity) {
    return isAny() || Arrays.binarySearch(identities, identity) >= 0;
  }

  /** How many identities are named. */
  public int size() {
    return identities.length;
  }

  /** Gives each identity that is named, in ascending order. */
  public void forEach(IntConsumer each) {
    for (int identity : identities) {
      each.accept(identity);
    }
  }

  /** The identities themselves; not to be changed. */
  int[] sorted() {
    return identities;
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof Remotes remotes
            && hash == remotes.hash
            && Arrays.equals(identities, remotes.identities));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return isAny() ? "any" : Arrays.toString(identities);
  }
}
