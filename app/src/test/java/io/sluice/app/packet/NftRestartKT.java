package io.sluice.app.packet;

/** The same, judged and steered by nftables. */
class NftRestartKT extends RestartKT {

  @Override
  String[] options() {
    return new String[] {"--steer=nft"};
  }

  /** One that is killed and one that is stopped. */
  @Override
  int restarts() {
    return 2;
  }
}
