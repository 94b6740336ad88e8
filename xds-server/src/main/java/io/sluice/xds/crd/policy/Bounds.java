package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;

/**
 * Keeps one object from asking for more than the control plane and the proxies can hold, whatever
 * its author may write.
 */
final class Bounds {
  /** The rules in {@code spec} and {@code specs}. */
  static final int MAX_RULES = 1_000;

  /** The elements of one list of an item. */
  static final int MAX_LIST = 50_000;

  /** The requirements of one selector, and the values of one requirement. */
  static final int MAX_REQUIREMENTS = 1_000;

  /** The elements of {@code headers} and {@code headerMatches} of one rule. */
  static final int MAX_HEADERS = 100;

  private static final int MAX_PAIRS = 250_000;
  private static final int MAX_L7_RULES = 20_000;
  private static final int MAX_STEPS = 500_000;

  private long pairs;
  private int l7Rules;
  private int steps;

  /**
   * Counts an item by what it is resolved to: each of its peers with each of its ports.
   *
   * @param peers how many; 0 counts as 1
   * @param ports how many; 0 counts as 1
   */
  void addItem(Located item, int peers, int ports) throws RejectedException {
    pairs += (long) Math.max(1, peers) * Math.max(1, ports);
    check(item, pairs, MAX_PAIRS, "pairs of a peer and a port");
  }

  /** Counts one L7 rule. */
  void addL7Rule(Located rule) throws RejectedException {
    l7Rules++;
    check(rule, l7Rules, MAX_L7_RULES, "L7 rules");
  }

  /** Counts the steps of a pattern. */
  void addSteps(Located pattern, int more) throws RejectedException {
    steps += more;
    check(pattern, steps, MAX_STEPS, "steps of regular expressions");
  }

  private static void check(Located at, long found, int max, String what) throws RejectedException {
    if (found > max) {
      throw at.reject(
          "the object has more than " + max + " " + what + " up to here; split it into several");
    }
  }
}
