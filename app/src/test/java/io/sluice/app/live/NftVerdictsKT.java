package io.sluice.app.live;

import org.junit.jupiter.api.BeforeAll;

/** The same, judged and steered by nftables. */
class NftVerdictsKT extends VerdictsKT {

  @BeforeAll
  static void raise() {
    raiseWith("--steer=nft");
  }

  @Override
  int programs() {
    return 0;
  }
}
