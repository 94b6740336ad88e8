package io.sluice.app.live;

/** The same, judged and steered by nftables. */
class NftEgressKT extends EgressKT {

  @Override
  String[] options() {
    return new String[] {"--steer=nft"};
  }
}
