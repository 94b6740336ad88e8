package io.sluice.bench;

import java.util.List;

/** Something that stands, or does not stand, between the client and the server. */
interface Contender {
  /** The name of its row. */
  String name();

  /** Whether it judges requests: if so, one that no rule allows has to be refused. */
  boolean judges();

  /** Puts it in the way and returns once connections go through it. */
  Running start(Rig rig);

  /** All that are compared, in the order of the table. */
  static List<Contender> all() {
    return List.of(
        new Direct(),
        SteeredPeer.envoy(),
        SteeredPeer.haproxy(false),
        SteeredPeer.haproxy(true),
        new SluiceAgent(1, false),
        new SluiceAgent(1, true),
        new SluiceAgent(1_000, false));
  }
}
