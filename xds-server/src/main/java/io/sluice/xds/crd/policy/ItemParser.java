package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Policy.Peer;
import io.sluice.xds.world.Policy.PortRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the elements of {@code ingress}, {@code egress} and their denying twins. */
final class ItemParser {
  private final boolean deny;
  private final String requires;
  private final Set<String> names;
  private final PeerParser peers;
  private final PortParser ports;
  private final Bounds bounds;

  ItemParser(Direction direction, boolean deny, PeerParser peers, PortParser ports, Bounds bounds) {
    this.deny = deny;
    this.requires = direction.peers("Requires");
    this.peers = peers;
    this.ports = ports;
    this.bounds = bounds;
    Set<String> known = new TreeSet<>(peers.names());
    known.addAll(Set.of(requires, "toPorts", "icmps"));
    if (!deny) {
      known.add("authentication");
    }
    this.names = known;
  }

  /** Reads one. */
  Policy.Item item(Located item) throws RejectedException {
    item.allow(names);
    Located required = item.get(requires);
    if (required != null && !required.items().isEmpty()) {
      required.error("is no longer part of the language; name the labels in every peer instead");
    }
    if (!deny) {
      item.read("authentication", ItemParser::checkAuthentication);
    }
    List<Peer> read = peers.peers(item);
    List<PortRule> rules = portRules(item);
    bounds.addItem(
        item,
        read == null ? 0 : read.size(),
        rules == null ? 0 : rules.stream().mapToInt(rule -> rule.ports().size()).sum());
    return new Policy.Item(item.place(), deny, read, rules);
  }

  private @Nullable List<PortRule> portRules(Located item) throws RejectedException {
    Located toPorts = item.get("toPorts");
    Located icmps = item.get("icmps");
    List<PortRule> rules = new ArrayList<>();
    boolean named = false;
    if (toPorts != null && !toPorts.items(Bounds.MAX_LIST).isEmpty()) {
      named = true;
      rules.addAll(toPorts.each(deny ? ports::denied : ports::allowed));
    }
    if (icmps != null && !icmps.items(Bounds.MAX_LIST).isEmpty()) {
      if (named) {
        icmps.error("can't be combined with toPorts in one item; write two items");
      }
      named = true;
      rules.addAll(icmps.each(IcmpParser::rule));
    }
    return named ? List.copyOf(rules) : null;
  }

  /** Accepts only that nothing is asked for: there is no mutual authentication here. */
  private static String checkAuthentication(Located field) throws RejectedException {
    field.allow(Set.of("mode"));
    Located mode = field.require("mode");
    return switch (mode.text()) {
      case "disabled" -> mode.text();
      case "required", "test-always-fail" ->
          throw mode.reject(
              "peers can't be authenticated here, and allowing them without would enforce less"
                  + " than the policy says; remove it to allow them by identity alone");
      default ->
          throw mode.reject(
              "expected disabled, required or test-always-fail, found \"" + mode.text() + "\"");
    };
  }
}
