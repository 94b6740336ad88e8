package io.sluice.app.packet;

/** The same, judged and steered by nftables. */
class NftRestartKT extends RestartKT {

  @Override
  String[] options() {
    return new String[] {"--steer=nft"};
  }

  @Override
  int restarts() {
    return Math.min(4, super.restarts());
  }
}
