package io.sluice.xds.world;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy object that is valid, whatever its kind: Cilium's and Kubernetes' policies mean the same
 * things in different words.
 *
 * @param kind such as {@code CiliumNetworkPolicy}
 * @param namespace empty for cluster-wide objects
 * @param name its name
 * @param source {@code file:line}
 * @param audited whether its own annotation says that it is reported, not enforced
 * @param dnsReject how a query that its DNS rules refuse is answered; null: as the operator has
 *     decided
 * @param rules of {@code spec} and {@code specs}, in that order
 */
public record Policy(
    String kind,
    String namespace,
    String name,
    String source,
    boolean audited,
    @Nullable DnsReject dnsReject,
    List<Rule> rules) {

  /** The order in which policies are told; it decides nothing. */
  public static final Comparator<Policy> ORDER =
      Comparator.comparing(Policy::kind)
          .thenComparing(Policy::namespace)
          .thenComparing(Policy::name);

  /** Returns {@code namespace/name}, or the bare name of a cluster-wide object. */
  public String fullName() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** How a query is refused. */
  public enum DnsReject {
    /** By the code REFUSED. */
    REFUSED,
    /** As if there were no such name. */
    NXDOMAIN
  }

  /** Where in its object a part stands. */
  public record Place(String field, String source) {}

  /**
   * One rule: what it selects, and what that may receive and send.
   *
   * @param place where it stands
   * @param subject the endpoints that it applies to
   * @param ingress what it says of the direction into them
   * @param egress what it says of the direction out of them
   */
  public record Rule(Place place, Subject subject, Side ingress, Side egress) {}

  /**
   * What a rule applies to.
   *
   * @param place where it stands
   * @param selector of pods, namespace included, or of nodes
   * @param nodes whether it selects the host endpoints of nodes, by the nodes' labels
   */
  public record Subject(Place place, Selector selector, boolean nodes) {}

  /**
   * What a rule says of one direction.
   *
   * @param items allowing and denying ones; without any the rule does not concern this direction
   * @param defaultDeny whether, if there are items, what no rule allows is denied
   */
  public record Side(List<Item> items, boolean defaultDeny) {
    /** The rule does not concern the direction. */
    public static final Side NONE = new Side(List.of(), false);
  }

  /**
   * One element of {@code ingress}, {@code egress} or their denying twins: any of the peers, on any
   * of the ports.
   *
   * @param place where it stands
   * @param deny whether it denies
   * @param peers null: no field of peers is there and, if there are ports, any peer is meant;
   *     empty: nobody
   * @param ports null: no field of ports or ICMP types is there and every protocol is meant; empty
   *     lists further down name nothing
   */
  public record Item(
      Place place, boolean deny, @Nullable List<Peer> peers, @Nullable List<PortRule> ports) {}

  /** One element of an item's peers. */
  public record Peer(Place place, PeerSelector selector) {}

  /**
   * One element of {@code toPorts}, or of {@code icmps} without anything else.
   *
   * @param place where it stands
   * @param ports empty: it names nothing
   * @param l7 null: every byte on these ports is meant
   * @param serverNames patterns of the server names that TLS connections must ask for; empty: any,
   *     and no TLS is needed
   * @param tls the certificates for reading inside TLS, or null
   */
  public record PortRule(
      Place place,
      List<Ports> ports,
      @Nullable L7Rules l7,
      List<String> serverNames,
      @Nullable Tls tls) {}

  /**
   * A range of ports of one protocol, or the ports of one name.
   *
   * @param protocol what it is for
   * @param first 0..65535, of ICMP the type; 0 with {@code last} 0 means every port; 0 for a name
   * @param last inclusive
   * @param name in lower case; empty for numbers
   */
  public record Ports(Protocol protocol, int first, int last, String name) {}

  /** The protocols that ports can be given for. */
  public enum Protocol {
    TCP,
    UDP,
    SCTP,
    /** TCP, UDP and SCTP; not ICMP. */
    ANY,
    ICMP,
    ICMPV6
  }

  /**
   * Reading inside TLS.
   *
   * @param terminating {@code namespace/name} of the secret that the client's side is ended with;
   *     empty: it is not ended
   * @param originating {@code namespace/name} of the secret that the server's side is begun with;
   *     empty: it is not begun
   */
  public record Tls(String terminating, String originating) {}
}
