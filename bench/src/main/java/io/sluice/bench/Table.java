package io.sluice.bench;

import java.util.List;
import java.util.Locale;

/** Tables in Markdown whose source reads as a table too. */
public final class Table {
  private Table() {}

  /** A figure by a format, or a dash where there is none (NaN). */
  public static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  /**
   * Columns are padded; the first is left-aligned.
   *
   * @param rows the first has the headings; all have as many columns
   */
  public static String of(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < rows.size(); line++) {
      text.append(line(rows.get(line), widths));
      if (line == 0) {
        text.append(rule(widths));
      }
    }
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder text = new StringBuilder("|");
    for (int i = 0; i < widths.length; i++) {
      String pad = " ".repeat(widths[i] - cells.get(i).length());
      text.append(i == 0 ? " " + cells.get(i) + pad + " |" : " " + pad + cells.get(i) + " |");
    }
    return text.append('\n').toString();
  }

  private static String rule(int[] widths) {
    StringBuilder text = new StringBuilder("|");
    for (int i = 0; i < widths.length; i++) {
      text.append("-".repeat(widths[i] + 1)).append(i == 0 ? "-|" : ":|");
    }
    return text.append('\n').toString();
  }
}
