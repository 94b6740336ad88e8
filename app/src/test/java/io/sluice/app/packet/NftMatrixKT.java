package io.sluice.app.packet;

/** The same, judged by nftables, which records nothing of it. */
class NftMatrixKT extends MatrixKT {

  @Override
  String[] options() {
    return new String[] {"--steer=nft"};
  }

  @Override
  boolean recorded() {
    return false;
  }
}
