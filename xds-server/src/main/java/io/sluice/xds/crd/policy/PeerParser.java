package io.sluice.xds.crd.policy;

import io.sluice.net.Cidr;
import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Policy.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of an item that say who its peers are. Tells an absent field, which means any
 * peer, from an empty list, which means nobody (policy language, 2.4); at most one of the fields
 * may name anybody.
 */
final class PeerParser {
  private static final int MAX_NAME = 253;

  private final SelectorParser selectors;
  private final String localCluster;
  private final Direction direction;
  private final boolean ofInit;
  private final Map<String, Located.Reader<List<Peer>>> fields = new LinkedHashMap<>();

  /**
   * Makes one for the items of one list.
   *
   * @param deny whether they deny
   * @param ofInit whether the rule applies to endpoints whose labels are not known yet
   */
  PeerParser(
      SelectorParser selectors,
      String localCluster,
      Direction direction,
      boolean deny,
      boolean ofInit) {
    this.selectors = selectors;
    this.localCluster = localCluster;
    this.direction = direction;
    this.ofInit = ofInit;
    fields.put(direction.peers("Endpoints"), this::endpoint);
    fields.put(direction.peers("CIDR"), this::range);
    fields.put(direction.peers("CIDRSet"), this::element);
    fields.put(direction.peers("Entities"), this::entity);
    fields.put(direction.peers("Nodes"), this::node);
    fields.put(direction.peers("Groups"), this::group);
    if (direction == Direction.EGRESS) {
      fields.put("toServices", this::service);
      if (!deny) {
        fields.put("toFQDNs", this::fqdn);
      }
    }
  }

  /** The names of the fields that it reads. */
  Set<String> names() {
    return fields.keySet();
  }

  /** Reads the peers of one item; null: no field of peers is there; empty: nobody. */
  @Nullable List<Peer> peers(Located item) throws RejectedException {
    List<Peer> peers = new ArrayList<>();
    String filled = "";
    String empty = "";
    for (Map.Entry<String, Located.Reader<List<Peer>>> field : fields.entrySet()) {
      Located list = item.get(field.getKey());
      if (list == null) {
        continue;
      }
      if (list.items(Bounds.MAX_LIST).isEmpty()) {
        empty = field.getKey();
      } else if (!filled.isEmpty()) {
        list.error("can't be combined with " + filled + " in one item; write two items");
      } else {
        filled = field.getKey();
        list.each(field.getValue()).forEach(peers::addAll);
      }
    }
    if (!empty.isEmpty()) {
      item.warn(
          "has an empty list "
              + empty
              + ", so it means no peer at all; name the peers, or remove the item");
      return List.of();
    }
    return filled.isEmpty() ? null : List.copyOf(peers);
  }

  private List<Peer> endpoint(Located peer) throws RejectedException {
    return one(peer, new PeerSelector.Labelled(selectors.peer(peer, ofInit)));
  }

  private List<Peer> entity(Located peer) throws RejectedException {
    return Entity.selectors(peer, localCluster).stream()
        .map(selector -> new Peer(peer.place(), new PeerSelector.Labelled(selector)))
        .toList();
  }

  private List<Peer> range(Located peer) throws RejectedException {
    return one(peer, new PeerSelector.Range(Addresses.rangeOrAddress(peer), List.of()));
  }

  private List<Peer> element(Located peer) throws RejectedException {
    peer.allow(Set.of("cidr", "cidrGroupRef", "cidrGroupSelector", "except"));
    String cidr = peer.text("cidr");
    String name = peer.text("cidrGroupRef");
    Located groups = peer.get("cidrGroupSelector");
    int sources = (cidr.isEmpty() ? 0 : 1) + (name.isEmpty() ? 0 : 1) + (groups == null ? 0 : 1);
    if (sources != 1) {
      throw peer.reject(
          "needs exactly one of cidr, cidrGroupRef and cidrGroupSelector, found " + sources);
    }
    if (!cidr.isEmpty()) {
      return one(peer, ranges(peer));
    }
    if (!peer.each("except", Addresses::range).isEmpty()) {
      throw peer.require("except").reject("goes only with cidr; put the ranges into the group");
    }
    if (groups != null) {
      return one(peer, new PeerSelector.Groups(selectors.unsourced(groups)));
    }
    if (name.length() > MAX_NAME) {
      peer.require("cidrGroupRef")
          .warn(
              "is longer than any name can be ("
                  + MAX_NAME
                  + " characters), so it means nobody; an API server does not accept it");
    }
    return one(peer, new PeerSelector.Group(name));
  }

  /** Reads {@code cidr} and {@code except}, which mean the same in every kind of policy. */
  static PeerSelector.Range ranges(Located peer) throws RejectedException {
    Cidr range = Addresses.range(peer.require("cidr"));
    List<Cidr> except =
        peer.each(
            "except",
            field -> {
              Cidr excepted = Addresses.range(field);
              if (!range.contains(excepted)) {
                throw field.reject("expected a range inside " + range + ", found " + excepted);
              }
              return excepted;
            });
    return new PeerSelector.Range(range, except);
  }

  private List<Peer> service(Located peer) throws RejectedException {
    peer.allow(Set.of("k8sService", "k8sServiceSelector"));
    Located named = peer.get("k8sService");
    Located selected = peer.get("k8sServiceSelector");
    if (selected != null) {
      selected.allow(Set.of("selector", "namespace"));
      if (named != null) {
        named.warn("is ignored, because k8sServiceSelector stands beside it; write two elements");
      }
      return one(
          peer,
          new PeerSelector.Services(
              selectors.unsourced(selected.require("selector")), selected.text("namespace")));
    }
    if (named == null) {
      throw peer.reject("needs k8sService or k8sServiceSelector");
    }
    named.allow(Set.of("serviceName", "namespace"));
    String name = named.text("serviceName");
    if (name.isEmpty()) {
      throw named.reject("needs the field serviceName");
    }
    return one(peer, new PeerSelector.Service(name, named.text("namespace")));
  }

  private List<Peer> fqdn(Located peer) throws RejectedException {
    peer.allow(Set.of("matchName", "matchPattern"));
    boolean name = !peer.text("matchName").isEmpty();
    boolean pattern = !peer.text("matchPattern").isEmpty();
    if (name == pattern) {
      throw peer.reject(
          "needs exactly one of matchName and matchPattern, found " + (name ? "both" : "none"));
    }
    return one(
        peer,
        name
            ? new PeerSelector.Fqdn(Names.name(peer.require("matchName")), true)
            : new PeerSelector.Fqdn(Names.pattern(peer.require("matchPattern")), false));
  }

  private List<Peer> node(Located peer) throws RejectedException {
    throw peer.reject(
        "nodes can't be told apart here, they all have one identity; use "
            + direction.peers("Entities")
            + ": [remote-node]");
  }

  private List<Peer> group(Located peer) throws RejectedException {
    throw peer.reject(
        "groups of a cloud provider can't be looked up here; list their ranges in "
            + direction.peers("CIDRSet"));
  }

  private static List<Peer> one(Located at, PeerSelector selector) {
    return List.of(new Peer(at.place(), selector));
  }
}
