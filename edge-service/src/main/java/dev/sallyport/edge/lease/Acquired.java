package dev.sallyport.edge.lease;

import dev.sallyport.kit.error.Failure;

/** What came of asking for units of one limit. */
sealed interface Acquired {

  record Got(Part part) implements Acquired {}

  record Reached(Failure failure) implements Acquired {}

  /** Nobody can say. */
  record Unavailable() implements Acquired {}
}
