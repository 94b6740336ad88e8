package io.sluice.xds.resolve;

import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds HTTP rules that restrict nobody, because a plain rule lets the same peer do everything on
 * the same port: allows are a union, which people forget.
 */
final class Shadow {
  /** A courtesy is not worth more comparisons for one direction of one endpoint. */
  private static final int MAX_COMPARISONS = 10_000;

  private Shadow() {}

  /** Warns of each HTTP rule of one direction once, naming the first rule that shadows it. */
  static List<Warning> find(List<Allow> allows) {
    List<Allow> plain = allows.stream().filter(allow -> allow.http().isEmpty()).toList();
    List<Warning> warnings = new ArrayList<>();
    int comparisons = 0;
    for (Allow restricted : allows) {
      if (restricted.http().isEmpty()) {
        continue;
      }
      for (Allow open : plain) {
        if (++comparisons > MAX_COMPARISONS) {
          return warnings;
        }
        if (portsMeet(restricted, open) && peersMeet(restricted.peers(), open.peers())) {
          warnings.add(warning(restricted, open));
          break;
        }
      }
    }
    return warnings;
  }

  private static boolean portsMeet(Allow a, Allow b) {
    boolean any = a.first() == 0 || b.first() == 0;
    return any || (a.first() <= b.last() && b.first() <= a.last());
  }

  private static boolean peersMeet(@Nullable List<Integer> a, @Nullable List<Integer> b) {
    if (a == null || b == null) {
      return true;
    }
    int i = 0;
    int j = 0;
    while (i < a.size() && j < b.size()) {
      int order = Integer.compare(a.get(i), b.get(j));
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        i++;
      } else {
        j++;
      }
    }
    return false;
  }

  private static Warning warning(Allow restricted, Allow open) {
    return new Warning(
        restricted.place().source(),
        restricted.place().field(),
        name(restricted.policy())
            + ": its HTTP rules restrict nothing for some of its peers, because "
            + open.place().field()
            + " of "
            + name(open.policy())
            + " ("
            + open.place().source()
            + ") allows them everything on the same port; remove that, or give it HTTP rules too");
  }

  private static String name(@Nullable Policy policy) {
    return policy == null ? "the local node" : policy.kind() + " " + policy.fullName();
  }
}
