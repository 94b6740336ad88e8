package io.sluice.app.packet;

/** The same, judged by nftables. */
class NftEscapeKT extends EscapeKT {

  @Override
  String[] options() {
    return new String[] {"--steer=nft"};
  }

  @Override
  boolean forwardsFragments() {
    return false;
  }
}
