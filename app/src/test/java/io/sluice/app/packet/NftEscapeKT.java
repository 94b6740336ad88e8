package io.sluice.app.packet;

import org.junit.jupiter.api.BeforeAll;

/** The same, judged by nftables. */
class NftEscapeKT extends EscapeKT {

  @BeforeAll
  static void raise() {
    raiseWith("--steer=nft");
  }

  @Override
  boolean forwardsFragments() {
    return false;
  }
}
