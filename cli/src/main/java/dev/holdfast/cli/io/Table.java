// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows under headings. On a terminal, columns are cut where the rows would be wider than it is, the
 * widest first; elsewhere nothing is cut. Not thread-safe.
 */
public final class Table {

  private static final String GAP = "  ";
  private static final int NARROWEST = 8;

  private final List<String> headings;
  private final boolean[] right;
  private final List<List<Cell>> rows = new ArrayList<>();

  private record Cell(String text, Paint paint) {}

  /**
   * Creates an empty table.
   *
   * @param headings the headings; one that begins with {@code >} stands over numbers, which are set
   *     to the right
   */
  public Table(String... headings) {
    this.headings =
        Arrays.stream(headings).map(h -> h.startsWith(">") ? h.substring(1) : h).toList();
    this.right = new boolean[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
    }
  }

  /**
   * Adds a row.
   *
   * @param cells a value for each column: null for nothing, a {@link Painted} for a colour
   */
  public void row(@Nullable Object... cells) {
    List<Cell> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(
          cell instanceof Painted painted
              ? new Cell(Printable.of(painted.text()), painted.paint())
              : new Cell(cell == null ? "" : Printable.of(cell.toString()), Paint.PLAIN));
    }
    rows.add(row);
  }

  /**
   * A value with a colour.
   *
   * @param text the value
   * @param paint its colour
   */
  public record Painted(String text, Paint paint) {}

  /** {@return whether there is no row} */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Returns the lines, fit for a terminal so wide; 0 for no terminal. */
  List<String> lines(int terminal, boolean colours) {
    int[] widths = widths();
    if (terminal > 0) {
      narrow(widths, terminal);
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(headings.stream().map(h -> new Cell(h, Paint.BOLD)).toList(), widths, colours));
    rows.forEach(row -> lines.add(line(row, widths, colours)));
    return lines;
  }

  private int[] widths() {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Printable.width(headings.get(i));
      for (List<Cell> row : rows) {
        widths[i] = Math.max(widths[i], Printable.width(row.get(i).text()));
      }
    }
    return widths;
  }

  private static void narrow(int[] widths, int terminal) {
    int room = terminal - GAP.length() * (widths.length - 1);
    int excess = Arrays.stream(widths).sum() - room;
    while (excess > 0) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= NARROWEST) {
        return;
      }
      widths[widest]--;
      excess--;
    }
  }

  private String line(List<Cell> cells, int[] widths, boolean colours) {
    StringBuilder line = new StringBuilder();
    int last = cells.size() - 1;
    for (int i = 0; i <= last; i++) {
      Cell cell = cells.get(i);
      String text = Printable.cut(cell.text(), widths[i]);
      String blank = " ".repeat(widths[i] - Printable.width(text));
      if (right[i]) {
        line.append(blank);
      }
      line.append(colours ? cell.paint().on(text) : text);
      if (i < last) {
        line.append(right[i] ? "" : blank).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }
}
