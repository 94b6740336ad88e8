package io.sluice.app.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a question: what both ends say, and what comes of that.
 *
 * @param outcome DENIED if either end denies, AUDIT if neither does but either would
 * @param layer where the end that decided reached its verdict
 * @param proxied whether an end that the connection gets to hands it to the proxy
 * @param egress the end that it leaves; null if no policy is enforced there
 * @param ingress the end that it reaches; null if no policy is enforced there
 */
public record Answer(
    Outcome outcome, Layer layer, boolean proxied, @Nullable Side egress, @Nullable Side ingress) {

  /** The strongest first: what one end says, the other can't undo. */
  private static final List<Outcome> BY_STRENGTH =
      List.of(Outcome.DENIED, Outcome.PARTIAL, Outcome.AUDIT, Outcome.ALLOWED);

  /** Puts together what the two ends say. */
  public static Answer of(@Nullable Side egress, @Nullable Side ingress) {
    List<Side> sides = Stream.of(egress, ingress).filter(Objects::nonNull).toList();
    Outcome outcome =
        sides.stream()
            .map(Side::outcome)
            .min(Comparator.comparingInt(BY_STRENGTH::indexOf))
            .orElse(Outcome.ALLOWED);
    List<Side> deciding = deciding(outcome, sides);
    Layer layer = deciding.isEmpty() ? Layer.L3L4 : deciding.getFirst().layer();
    boolean stopped =
        egress != null && egress.outcome() == Outcome.DENIED && egress.layer() == Layer.L3L4;
    return new Answer(
        outcome, layer, !stopped && sides.stream().anyMatch(Side::proxied), egress, ingress);
  }

  /** Whether the policies of an end can't be enforced together. */
  public boolean conflict() {
    return sides().anyMatch(Side::conflict);
  }

  /** The headers of the request as it leaves the last end that saw it, in lower case. */
  public Map<String, List<String>> forwarded() {
    return sides()
        .map(Side::forwarded)
        .filter(Objects::nonNull)
        .reduce((first, last) -> last)
        .orElse(Map.of());
  }

  private Stream<Side> sides() {
    return Stream.of(egress, ingress).filter(Objects::nonNull);
  }

  /**
   * The ends that decided, the first on the way first; what is allowed was decided by the ends that
   * looked closest. Empty if no end enforces anything.
   */
  public List<Side> deciding() {
    return deciding(outcome, sides().toList());
  }

  private static List<Side> deciding(Outcome outcome, List<Side> sides) {
    List<Side> deciding = new ArrayList<>(sides);
    deciding.removeIf(side -> side.outcome() != outcome);
    if (outcome == Outcome.ALLOWED) {
      for (Layer closest : new Layer[] {Layer.L7, Layer.L3L4}) {
        List<Side> closer =
            deciding.stream()
                .filter(side -> side.layer() == closest && !side.decidedBy().isEmpty())
                .toList();
        if (!closer.isEmpty()) {
          return closer;
        }
      }
    }
    return List.copyOf(deciding);
  }
}
