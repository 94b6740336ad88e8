package io.sluice.app.live;

/** The same, judged and steered by nftables. */
class NftVerdictsKT extends VerdictsKT {

  @Override
  String[] options() {
    return new String[] {"--steer=nft"};
  }

  @Override
  int programs() {
    return 0;
  }
}
