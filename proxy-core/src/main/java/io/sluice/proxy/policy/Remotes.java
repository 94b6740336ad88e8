package io.sluice.proxy.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.IntStream;

/**
 * The identities that a rule names: immutable, and one object for all rules of the node that name
 * the same, however many identities those are.
 */
public final class Remotes implements Comparable<Remotes> {
  /** Any peer; as part of a {@link PortVerdict} every peer without an entry of its own. */
  public static final Remotes ANY = new Remotes(new int[0]);

  private final int[] identities;
  private final int hash;

  private Remotes(int[] sorted) {
    identities = sorted;
    hash = Arrays.hashCode(sorted);
  }

  /** The given identities, none of them twice; without any it is {@link #ANY}. */
  public static Remotes of(Collection<Integer> identities) {
    return of(identities.stream().mapToInt(Integer::intValue));
  }

  /** The same from a stream. */
  public static Remotes of(IntStream identities) {
    int[] sorted = identities.sorted().distinct().toArray();
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

  /** The identities that are named, in ascending order. */
  public IntStream identities() {
    return Arrays.stream(identities);
  }

  /** Any order that is always the same; {@link #ANY} is the first. */
  @Override
  public int compareTo(Remotes other) {
    return Arrays.compare(identities, other.identities);
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
