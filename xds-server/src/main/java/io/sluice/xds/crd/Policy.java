package io.sluice.xds.crd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy object that is valid and wholly supported.
 *
 * @param kind such as {@code CiliumNetworkPolicy}
 * @param namespace empty for cluster-wide objects
 * @param name its name
 * @param source {@code file:line}
 * @param rules of {@code spec} and {@code specs}, in that order
 */
public record Policy(String kind, String namespace, String name, String source, List<Rule> rules) {

  /** Returns {@code namespace/name}, or the bare name of a cluster-wide object. */
  public String fullName() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** Where in its object a part stands. */
  public record Place(String field, String source) {}

  /**
   * One rule: what it selects, and what that may receive and send.
   *
   * @param subject the endpoints that it applies to, namespace included
   * @param subjectPlace where the subject stands
   * @param ingress a direction with at least one item is enforced
   * @param egress a direction with at least one item is enforced
   */
  public record Rule(Selector subject, Place subjectPlace, List<Item> ingress, List<Item> egress) {}

  /**
   * One element of {@code ingress} or {@code egress}: any of the peers, on any of the ports.
   *
   * @param place where it stands
   * @param peers null: the field is absent and any peer is meant, if there are ports; empty: none
   * @param toPorts null: absent, every port is meant; empty lists further down allow nothing
   */
  public record Item(Place place, @Nullable List<Peer> peers, @Nullable List<PortRule> toPorts) {}

  /** One selector of an item's peers. */
  public record Peer(Selector selector, Place place) {}

  /**
   * One element of {@code toPorts}.
   *
   * @param place where it stands
   * @param ports empty: it allows nothing
   * @param http empty: every byte on these ports is allowed
   */
  public record PortRule(Place place, List<Ports> ports, List<Http> http) {}

  /**
   * A range of ports of one protocol.
   *
   * @param first 0..65535; 0 means every port
   * @param last inclusive
   * @param protocol what it is allowed for
   */
  public record Ports(int first, int last, Protocol protocol) {}

  /** The protocols that a port can be given for; {@code ANY} is all the others. */
  public enum Protocol {
    TCP,
    UDP,
    SCTP,
    ANY;

    /** Whether TCP is meant. */
    public boolean tcp() {
      return this == TCP || this == ANY;
    }
  }

  /**
   * One HTTP rule: everything that it names must hold.
   *
   * @param place where it stands
   * @param method RE2 pattern of the whole method; null: any
   * @param path RE2 pattern of the whole path with its query; null: any
   * @param host RE2 pattern of the whole authority; null: any
   * @param headers in the order of the file
   */
  public record Http(
      Place place,
      @Nullable String method,
      @Nullable String path,
      @Nullable String host,
      List<Header> headers) {}

  /**
   * A header that a request must have.
   *
   * @param name in lower case; with a colon in it, which no name has, the rule never holds
   * @param value the exact value; null: any
   */
  public record Header(String name, @Nullable String value) {}
}
