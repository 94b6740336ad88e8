package io.sluice.xds.resolve;

import io.sluice.xds.identity.Identity;
import io.sluice.xds.world.Pod;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Turns the ports of a name into numbers; a name that nobody uses is no port. */
interface NamedPorts {

  /**
   * The numbers that a name stands for.
   *
   * @param peers whom the statement is about
   * @return for each number the peers that it is about; empty if there is none
   */
  SortedMap<Integer, Peers> of(Pod.PortName name, Peers peers);

  /** The ports of the endpoint itself, the same for every peer. */
  static NamedPorts ofSubject(List<Pod.NamedPort> ports) {
    return (name, peers) -> {
      SortedMap<Integer, Peers> numbers = new TreeMap<>();
      for (Pod.NamedPort port : ports) {
        if (port.name().equals(name.name()) && port.protocol() == name.protocol()) {
          numbers.put(port.port(), peers);
        }
      }
      return numbers;
    };
  }

  /**
   * The ports of the peers, of each its own.
   *
   * @param users the identities whose pods have a port of a name
   */
  static NamedPorts ofPeers(Function<Pod.PortName, Collection<Identity>> users) {
    return (name, peers) -> {
      SortedMap<Integer, Peers> numbers = new TreeMap<>();
      for (Identity identity : users.apply(name)) {
        if (peers.contains(identity.number())) {
          Peers own = Peers.of(identity.number());
          for (int port : identity.namedPorts().getOrDefault(name, new TreeSet<>())) {
            numbers.merge(port, own, Peers::or);
          }
        }
      }
      return numbers;
    };
  }
}
