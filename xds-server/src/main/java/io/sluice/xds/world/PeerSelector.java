package io.sluice.xds.world;

import io.sluice.net.Cidr;
import java.util.List;

/** One way to name peers; which identities it means only the whole world says. */
public sealed interface PeerSelector {

  /** Identities by their labels: endpoints, nodes and entities, with all that is implied. */
  record Labelled(Selector selector) implements PeerSelector {}

  /**
   * Addresses outside the cluster.
   *
   * @param cidr the range
   * @param except ranges within it that this element does not mean; others may
   */
  record Range(Cidr cidr, List<Cidr> except) implements PeerSelector {}

  /** The ranges of one CIDR group, now and whenever it changes; an absent group means nobody. */
  record Group(String name) implements PeerSelector {}

  /** The ranges of all CIDR groups with such labels. */
  record Groups(Selector labels) implements PeerSelector {}

  /**
   * What stands behind the services of a name: pods, or the addresses of a service without pods. No
   * such service means nobody.
   *
   * @param name of the service
   * @param namespace empty: any
   */
  record Service(String name, String namespace) implements PeerSelector {}

  /**
   * What stands behind all services with such labels.
   *
   * @param labels compared without their source
   * @param namespace empty: any
   */
  record Services(Selector labels, String namespace) implements PeerSelector {}

  /**
   * The addresses that a name server gave for names.
   *
   * @param pattern in lower case and without a final dot; with {@code *} only in a pattern
   * @param exact whether it is one name ({@code matchName})
   */
  record Fqdn(String pattern, boolean exact) implements PeerSelector {}
}
