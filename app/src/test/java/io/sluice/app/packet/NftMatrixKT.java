package io.sluice.app.packet;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;

/** The same, judged by nftables, which records nothing of it. */
class NftMatrixKT extends MatrixKT {

  @BeforeAll
  static void askEverything() throws IOException {
    askEverythingOf(false, "--steer=nft");
  }
}
