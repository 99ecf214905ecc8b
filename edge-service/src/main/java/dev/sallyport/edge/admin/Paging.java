package dev.sallyport.edge.admin;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for.
 *
 * @param limit most entries, 1 to 1000
 * @param after where the page before ended; empty: the first page
 */
record Paging(int limit, String after) {

  private static final int MOST = 1_000;

  /**
   * @throws BodyRefused for a limit that is none
   */
  static Paging of(@Nullable String limit, @Nullable String after) {
    return new Paging(limit == null ? MOST : limit(limit), after == null ? "" : after);
  }

  private static int limit(String text) {
    if (text.matches("[0-9]{1,4}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    }
    throw Body.refused("limit", "must be a whole number from 1 to " + MOST);
  }
}
