package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.PortVerdict.Action;
import io.sluice.proxy.policy.Remotes;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One direction and protocol of an endpoint's policy: all ports, cut into ranges within which every
 * peer's policy is the same, so that one binary search finds it.
 */
final class PortTable {
  static final int LAST_PORT = 65535;

  /** Denies every peer on every port. */
  static final PortTable DENY_ALL = new PortTable(new int[] {0}, List.of(PeerTable.DENY_ALL));

  private final int[] starts;
  private final List<PeerTable> peers;

  /**
   * Makes one.
   *
   * @param starts first port of each range, ascending; the first is 0, each ends before the next
   * @param peers the ranges' peers, in the same order
   */
  PortTable(int[] starts, List<PeerTable> peers) {
    this.starts = starts.clone();
    this.peers = List.copyOf(peers);
  }

  PeerPolicy peer(int port, int identity) {
    int at = Arrays.binarySearch(starts, port);
    return peers.get(at >= 0 ? at : -at - 2).peer(identity);
  }

  /**
   * The same table for the kernel: by peers, then by port, neighbours joined.
   *
   * @param allPeers whether to list also those peers that are treated as everybody is
   */
  List<PortVerdict> verdicts(Protocol protocol, boolean allPeers) {
    Map<Remotes, List<PortVerdict>> byPeers = new TreeMap<>();
    for (int i = 0; i < starts.length; i++) {
      int last = i + 1 < starts.length ? starts[i + 1] - 1 : LAST_PORT;
      PeerTable range = peers.get(i);
      PortVerdict others = null;
      for (int number = 0; number < range.policies().size(); number++) {
        Remotes members = range.classes().members(number);
        PortVerdict own = verdict(protocol, members, starts[i], last, range.policies().get(number));
        if (number == 0) {
          others = own;
        }
        if (own != null && (allPeers || number == 0 || !sameFate(own, others))) {
          append(byPeers.computeIfAbsent(members, _ -> new ArrayList<>()), own);
        }
      }
    }
    return byPeers.values().stream().flatMap(List::stream).toList();
  }

  private static boolean sameFate(PortVerdict own, @Nullable PortVerdict others) {
    return others != null
        && own.action() == others.action()
        && own.audit() == others.audit()
        && own.inspectedBy().equals(others.inspectedBy());
  }

  private static void append(List<PortVerdict> list, PortVerdict next) {
    if (!list.isEmpty()) {
      PortVerdict before = list.getLast();
      if (before.lastPort() + 1 == next.firstPort()
          && sameFate(before, next)
          && before.rule().equals(next.rule())) {
        list.removeLast();
        next =
            new PortVerdict(
                next.protocol(),
                next.peers(),
                before.firstPort(),
                next.lastPort(),
                next.action(),
                next.audit(),
                next.inspectedBy(),
                next.rule());
      }
    }
    list.add(next);
  }

  /** Null where nothing is allowed. */
  private static @Nullable PortVerdict verdict(
      Protocol protocol, Remotes peers, int first, int last, PeerPolicy policy) {
    Verdict connection = policy.connection();
    List<RuleOrigin> rules = connection.decidedBy();
    RuleOrigin rule = rules.isEmpty() ? RuleOrigin.NONE : rules.getFirst();
    if (connection instanceof Denial denial) {
      return denial.byRule()
          ? new PortVerdict(protocol, peers, first, last, Action.DENY, false, "", rule)
          : null;
    }
    String inspectedBy = policy.protocol();
    return inspectedBy != null
        ? new PortVerdict(
            protocol, peers, first, last, Action.STEER, policy.auditOnly(), inspectedBy, rule)
        : new PortVerdict(
            protocol, peers, first, last, Action.PASS, connection instanceof Audited, "", rule);
  }
}
