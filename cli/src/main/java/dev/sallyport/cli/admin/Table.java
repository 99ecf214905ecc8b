package dev.sallyport.cli.admin;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns. Cells are one line and without control characters, whatever was in them. */
final class Table {

  private static final int WIDEST = 60;

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    rows.add(List.of(header));
  }

  void row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(oneLine(cell, WIDEST));
    }
    rows.add(row);
  }

  /**
   * Prints the table, or {@code nothing} when it has no rows.
   *
   * @param nothing a sentence
   */
  void print(PrintWriter out, String nothing) {
    if (rows.size() == 1) {
      out.println(nothing);
      return;
    }
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) {
          line.append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Descriptions come from upstream servers: no escape sequence of theirs reaches the terminal. */
  static String oneLine(String text, int longest) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(line::appendCodePoint);
    String plain = line.toString().strip();
    return plain.length() <= longest ? plain : plain.substring(0, longest - 1) + "…";
  }

  /** Several lines, but nothing that moves the cursor. */
  static String lines(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }
}
