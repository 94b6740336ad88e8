package io.sluice.xds.identity;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of identities; one with other labels than before is both gone and there. Where they
 * are does not matter to those that select by labels, and is not told.
 *
 * @param gone as they were
 * @param came as they are
 * @param renamed those that have other named ports than before
 */
public record Change(List<Identity> gone, List<Identity> came, List<Identity> renamed) {

  Change() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  /** Whether ranges outside the cluster have changed. */
  public boolean aboutRanges() {
    return gone.stream().anyMatch(RangeIdentities::holds)
        || came.stream().anyMatch(RangeIdentities::holds);
  }
}
