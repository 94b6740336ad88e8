package io.sluice.xds.resolve;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What statements about the same peers and ports mean together (policy language, section 4.4),
 * where that is not just what any of them allows: if one asks for server names, all do; and not all
 * can be enforced together.
 */
final class Merge {
  private final Map<Key, Group> groups = new LinkedHashMap<>();
  private final Set<Key> denied = new HashSet<>();
  private final List<Conflict> conflicts = new ArrayList<>();

  /**
   * What statements have in common.
   *
   * @param peers null: any peer
   */
  private record Key(@Nullable Selection peers, Statement.Filter filter) {}

  /** What the statements of one key ask for, each with the first that does. */
  private static final class Group {
    final TreeSet<String> serverNames = new TreeSet<>();
    @Nullable Statement l7;
    @Nullable Statement named;
    @Nullable Statement terminating;
    @Nullable Statement originating;
  }

  /** Merges the statements of one direction. */
  Merge(List<Statement> statements) {
    for (Statement statement : statements) {
      if (statement.deny()) {
        denied.addAll(keys(statement));
      }
    }
    for (Statement statement : statements) {
      if (statement.inspects()) {
        for (Key key : keys(statement)) {
          // What is denied as a whole can't be in conflict.
          if (!denied.contains(key)) {
            add(statement, groups.computeIfAbsent(key, k -> new Group()));
          }
        }
      }
    }
    for (Group group : groups.values()) {
      checkNames(group);
    }
  }

  /** Why the statements can't be enforced together; empty if they can. */
  List<Conflict> conflicts() {
    return conflicts;
  }

  /**
   * Divides the peers of a statement by the server names that connections of theirs must ask for:
   * its own, or if it has none those that others ask for. Peers that a denial takes as a whole are
   * left out: whatever else is said of them is lost.
   */
  Map<List<String>, Peers> divide(Statement statement) {
    if (statement.deny() || (groups.isEmpty() && denied.isEmpty())) {
      return Map.of(statement.serverNames(), statement.item().peers());
    }
    List<Key> all = keys(statement);
    Map<List<String>, List<Key>> keys = new LinkedHashMap<>();
    int left = 0;
    for (Key key : all) {
      if (!denied.contains(key)) {
        keys.computeIfAbsent(serverNames(statement, key), n -> new ArrayList<>()).add(key);
        left++;
      }
    }
    if (keys.size() == 1 && left == all.size()) {
      return Map.of(keys.keySet().iterator().next(), statement.item().peers());
    }
    Map<List<String>, Peers> divided = new LinkedHashMap<>();
    keys.forEach((names, of) -> divided.put(names, union(of)));
    return divided;
  }

  private List<String> serverNames(Statement statement, Key key) {
    Group group = groups.get(key);
    return !statement.serverNames().isEmpty() || group == null
        ? statement.serverNames()
        : List.copyOf(group.serverNames);
  }

  private static Peers union(List<Key> keys) {
    Peers all = Peers.NONE;
    for (Key key : keys) {
      all = all.or(key.peers == null ? Peers.ANY : key.peers.peers());
    }
    return all;
  }

  private static List<Key> keys(Statement statement) {
    if (statement.item().item().peers() == null) {
      return List.of(new Key(null, statement.filter()));
    }
    List<Key> keys = new ArrayList<>();
    for (Selection selection : statement.item().selections()) {
      if (selection.everything()) {
        return List.of(new Key(null, statement.filter())); // the others are in it
      }
      keys.add(new Key(selection, statement.filter()));
    }
    return keys;
  }

  private void add(Statement statement, Group group) {
    if (statement.l7() != null) {
      if (group.l7 == null) {
        group.l7 = statement;
      } else if (!sameKind(statement.l7(), group.l7.l7())) {
        conflict(statement, group.l7, kind(statement.l7()), kind(group.l7.l7()));
      }
    }
    if (!statement.serverNames().isEmpty()) {
      group.serverNames.addAll(statement.serverNames());
      group.named = group.named == null ? statement : group.named;
    }
    Policy.Tls tls = statement.tls();
    if (tls != null && !tls.terminating().isEmpty()) {
      group.terminating = certificates(statement, group.terminating, tls.terminating(), true);
    }
    if (tls != null && !tls.originating().isEmpty()) {
      group.originating = certificates(statement, group.originating, tls.originating(), false);
    }
  }

  private Statement certificates(
      Statement statement, @Nullable Statement first, String secret, boolean terminating) {
    if (first == null || first.tls() == null) {
      return statement;
    }
    String other = terminating ? first.tls().terminating() : first.tls().originating();
    if (!other.equals(secret)) {
      conflict(statement, first, "the certificate " + secret, "the certificate " + other);
    }
    return first;
  }

  /** Server names are seen outside TLS only, requests inside only. */
  private void checkNames(Group group) {
    if (group.named != null && group.l7 != null && group.terminating == null) {
      conflict(group.l7, group.named, kind(group.l7.l7()), "server names of TLS that nobody ends");
    }
  }

  private void conflict(Statement second, Statement first, String wanted, String other) {
    conflicts.add(
        conflict(
            second.item().policy(),
            second.place(),
            first.item().policy(),
            first.place(),
            wanted,
            other));
  }

  /** Says that two places ask for what can't be had together. */
  static Conflict conflict(
      Policy policy,
      Policy.Place place,
      Policy first,
      Policy.Place firstPlace,
      String wanted,
      String other) {
    return new Conflict(
        new Conflict.Said(first, firstPlace),
        new Conflict.Said(policy, place),
        policy.kind()
            + " "
            + policy.fullName()
            + ": asks for "
            + wanted
            + ", but for the same peers and ports "
            + firstPlace.field()
            + " of "
            + first.kind()
            + " "
            + first.fullName()
            + " ("
            + firstPlace.source()
            + ") asks for "
            + other
            + "; remove one of the two, or give them different ports or peers");
  }

  private static boolean sameKind(@Nullable L7Rules a, @Nullable L7Rules b) {
    return kind(a).equals(kind(b));
  }

  /** What rules are about, for people. */
  static String kind(@Nullable L7Rules rules) {
    return switch (rules) {
      case null -> "no rules";
      case L7Rules.Http _ -> "HTTP rules";
      case L7Rules.Grpc _ -> "gRPC rules";
      case L7Rules.Kafka _ -> "Kafka rules";
      case L7Rules.Dns _ -> "DNS rules";
    };
  }
}
