package dev.sallyport.edge.admin;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for.
 *
 * @param limit most entries, 1 to 1000
 * @param after where the page before ended; empty: the first page
 */
record Paging(int limit, String after) {

  /**
   * @throws BodyRefused for a limit that is none
   */
  static Paging of(@Nullable String limit, @Nullable String after) {
    return new Paging(
        QueryParameters.limit(limit, QueryParameters.MOST), QueryParameters.orEmpty(after));
  }
}
