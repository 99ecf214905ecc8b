package dev.sallyport.edge.admin;

import org.jspecify.annotations.Nullable;

/** Parameters of a query as they come. */
final class QueryParameters {

  /** Entries of one answer. */
  static final int MOST = 1_000;

  private QueryParameters() {}

  /** Absent says the same as empty. */
  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * How many entries are asked for.
   *
   * @param otherwise when it is not said
   * @throws BodyRefused for anything but 1 to 1000
   */
  static int limit(@Nullable String text, int otherwise) {
    if (text == null) {
      return otherwise;
    }
    if (text.matches("[0-9]{1,4}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    }
    throw Body.refused("limit", "must be a whole number from 1 to " + MOST);
  }
}
