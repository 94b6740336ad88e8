package io.sluice.bpf.steer;

import java.util.List;

/**
 * What {@link Datapath#apply} could not put in force, or what others can undo; everything else is
 * in force.
 *
 * @param unattached endpoints that are not enforced, each with the reason
 * @param closed endpoints whose policy has no room: everything that is judged is refused
 * @param overtaken endpoints that are enforced, but not before what others do with their packets
 */
public record Applied(List<Unattached> unattached, List<Closed> closed, List<Overtaken> overtaken) {

  public Applied {
    unattached = List.copyOf(unattached);
    closed = List.copyOf(closed);
    overtaken = List.copyOf(overtaken);
  }

  /**
   * An endpoint that is denied everything in the directions that are enforced.
   *
   * @param endpoint the {@link EndpointEntry#id()}
   * @param reason which bound its policy goes beyond, for an operator
   */
  public record Closed(int endpoint, String reason) {}

  /**
   * An endpoint whose interface carries no program of ours.
   *
   * @param endpoint as it was asked for
   * @param reason what was wrong with it, for an operator
   */
  public record Unattached(EndpointEntry endpoint, String reason) {}

  /**
   * An endpoint whose packets meet programs of others before ours.
   *
   * @param endpoint the {@link EndpointEntry#id()}
   * @param reason which programs, for an operator
   */
  public record Overtaken(int endpoint, String reason) {}
}
