package io.sluice.bpf.steer;

import java.util.List;

/**
 * What {@link Datapath#apply} could not put in force; everything else is in force.
 *
 * @param unattached endpoints that are not enforced, each with the reason
 */
public record Applied(List<Unattached> unattached) {

  public Applied {
    unattached = List.copyOf(unattached);
  }

  /**
   * An endpoint whose interface carries no program of ours.
   *
   * @param endpoint as it was asked for
   * @param reason what was wrong with it, for an operator
   */
  public record Unattached(EndpointEntry endpoint, String reason) {}
}
