package io.sluice.app.random;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The one source of chance: the same seed gives the same throws on every machine. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** True in {@code percent} of a hundred throws. */
  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** From {@code least} to {@code most}, both included. */
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  @SafeVarargs
  final <T> T pick(T... from) {
    return from[random.nextInt(from.length)];
  }

  /** Between {@code least} and {@code most} different elements, in random order. */
  <T> List<T> some(List<T> from, int least, int most) {
    List<T> left = new ArrayList<>(from);
    List<T> picked = new ArrayList<>();
    for (int n = between(least, Math.min(most, from.size())); n > 0; n--) {
      picked.add(left.remove(random.nextInt(left.size())));
    }
    return picked;
  }
}
