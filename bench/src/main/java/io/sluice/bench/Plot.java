package io.sluice.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The table as bars, in SVG that needs nothing beside it. */
final class Plot {
  private static final int WIDTH = 900;
  private static final int LABELS = 170;
  private static final int BARS = 560;
  private static final int ROW = 24;
  private static final int HEADING = 34;
  private static final String OURS = "#2a6f97";
  private static final String THEIRS = "#b8c4cc";

  private final List<Summary> rows;
  private final StringBuilder text = new StringBuilder();
  private int y = 20;

  private Plot(List<Summary> rows) {
    this.rows = rows;
  }

  /** The whole file. */
  static String svg(List<Summary> rows, int rate) {
    Plot plot = new Plot(rows);
    String atRate = String.format(Locale.ROOT, " at %,d requests/s, us", rate);
    plot.panel("requests/s, flat out (more is better)", "%,.0f", Summary::requestsPerSecond);
    plot.panel("CPU of the proxy per request, us (less is better)", "%.1f", Summary::cpuMicros);
    plot.panel("p50" + atRate + " (less is better)", "%.0f", Summary::p50);
    plot.panel("p99" + atRate + " (less is better)", "%.0f", Summary::p99);
    plot.panel("resident memory, MiB (less is better)", "%.0f", Summary::residentMib);
    return String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"
             font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="white"/>
            """,
            WIDTH,
            plot.y)
        + plot.text
        + "</svg>\n";
  }

  private void panel(String heading, String format, ToDoubleFunction<Summary> value) {
    label(10, y + 14, "font-weight=\"bold\"", heading);
    y += HEADING - 10;
    double longest = rows.stream().mapToDouble(value).filter(v -> !Double.isNaN(v)).max().orElse(1);
    for (Summary row : rows) {
      double amount = value.applyAsDouble(row);
      if (Double.isNaN(amount)) {
        continue;
      }
      long width = Math.max(1, Math.round(amount / longest * BARS));
      label(LABELS - 10, y + 16, "text-anchor=\"end\"", row.name());
      text.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
              LABELS,
              y + 2,
              width,
              ROW - 6,
              row.name().startsWith("Sluice") ? OURS : THEIRS));
      label(LABELS + width + 6, y + 16, "", String.format(Locale.ROOT, format, amount));
      y += ROW;
    }
    y += HEADING / 2;
  }

  private void label(long x, long baseline, String attributes, String words) {
    text.append(
        String.format(
            Locale.ROOT, "<text x=\"%d\" y=\"%d\" %s>%s</text>%n", x, baseline, attributes, words));
  }
}
