package io.sluice.http.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeadMemoryTest {

  @Test
  void largeHeadsShareOneBound() {
    HeadMemory memory = new HeadMemory(100_000);
    HeadMemory.Share one = memory.share();
    HeadMemory.Share two = memory.share();

    assertThat(one.hold(60_000)).isTrue();
    assertThat(two.hold(60_000)).isFalse();
    assertThat(two.hold(40_000)).isTrue();
    assertThat(one.hold(0)).isTrue();
    assertThat(two.hold(100_000)).isTrue();
  }

  @Test
  void ordinaryHeadsAreNotCounted() {
    HeadMemory memory = new HeadMemory(0);
    assertThat(memory.share().hold(4096)).isTrue();
    assertThat(memory.share().hold(4097)).isFalse();
  }

  @Test
  void whatIsGivenBackIsFreeAgainEvenAfterARefusal() {
    HeadMemory memory = new HeadMemory(50_000);
    HeadMemory.Share share = memory.share();
    assertThat(share.hold(50_001)).isFalse();
    assertThat(share.hold(50_000)).isTrue();
    assertThat(share.hold(0)).isTrue();
    assertThat(memory.share().hold(50_000)).isTrue();
  }
}
