package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.Remotes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Tells peers apart by which of several sets name them: those that the same sets name are one
 * class, and class 0 is everybody whom none names. Immutable, and shared by all ranges and
 * endpoints whose rules name the same sets, so that memory grows with the sets and not with who
 * uses them.
 */
final class PeerClasses {
  private final int[] identities;
  private final int[] classOf;
  private final List<BitSet> naming;
  private final List<Remotes> members;

  private PeerClasses(int[] identities, int[] classOf, List<BitSet> naming, List<Remotes> members) {
    this.identities = identities;
    this.classOf = classOf;
    this.naming = naming;
    this.members = members;
  }

  /** Makes the classes of these sets, none of which is {@link Remotes#ANY}. */
  static PeerClasses of(List<Remotes> sets) {
    int[] identities =
        sets.stream().flatMapToInt(Remotes::identities).sorted().distinct().toArray();
    BitSet[] namedBy = new BitSet[identities.length];
    for (int set = 0; set < sets.size(); set++) {
      int number = set;
      sets.get(set)
          .identities()
          .map(identity -> Arrays.binarySearch(identities, identity))
          .forEach(
              at -> {
                if (namedBy[at] == null) {
                  namedBy[at] = new BitSet();
                }
                namedBy[at].set(number);
              });
    }
    Map<BitSet, Integer> numbers = new HashMap<>();
    List<BitSet> naming = new ArrayList<>(List.of(new BitSet()));
    int[] classOf = new int[identities.length];
    for (int at = 0; at < identities.length; at++) {
      Integer number = numbers.putIfAbsent(namedBy[at], naming.size());
      if (number == null) {
        number = naming.size();
        naming.add(namedBy[at]);
      }
      classOf[at] = number;
    }
    // One set is its own class: the same object, however many endpoints it is for.
    List<Remotes> members =
        sets.size() == 1
            ? List.of(Remotes.ANY, sets.getFirst())
            : members(identities, classOf, naming.size());
    return new PeerClasses(identities, classOf, naming, members);
  }

  private static List<Remotes> members(int[] identities, int[] classOf, int count) {
    int[] sizes = new int[count];
    for (int number : classOf) {
      sizes[number]++;
    }
    int[][] members = new int[count][];
    for (int number = 0; number < count; number++) {
      members[number] = new int[sizes[number]];
      sizes[number] = 0;
    }
    for (int at = 0; at < identities.length; at++) {
      members[classOf[at]][sizes[classOf[at]]++] = identities[at];
    }
    return Arrays.stream(members).map(IntStream::of).map(Remotes::of).toList();
  }

  /** How many classes there are, class 0 included. */
  int count() {
    return naming.size();
  }

  /** The class of a peer. */
  int of(int identity) {
    int at = Arrays.binarySearch(identities, identity);
    return at < 0 ? 0 : classOf[at];
  }

  /** The indices of the sets that name the members of a class. */
  BitSet naming(int number) {
    return naming.get(number);
  }

  /** Who belongs to a class; {@link Remotes#ANY} for class 0. */
  Remotes members(int number) {
    return members.get(number);
  }
}
