package io.sluice.app.live;

import org.junit.jupiter.api.BeforeAll;

/** The same, judged and steered by nftables. */
class NftEgressKT extends EgressKT {

  @BeforeAll
  static void raise() {
    raiseWith("--steer=nft");
  }
}
