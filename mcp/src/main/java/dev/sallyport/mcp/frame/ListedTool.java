package dev.sallyport.mcp.frame;

import org.jspecify.annotations.Nullable;

/** One entry of {@code tools} in a {@code tools/list} result. */
public sealed interface ListedTool {

  /** Where the entry stands. */
  Span definition();

  /**
   * A tool that can be offered.
   *
   * @param name decoded
   * @param readOnly {@code annotations.readOnlyHint} is true
   * @param idempotent {@code annotations.idempotentHint} is true
   */
  record Valid(Span definition, String name, Span nameSpan, boolean readOnly, boolean idempotent)
      implements ListedTool {

    /** Whether a call that may have been delivered can be made again, if the server is believed. */
    public boolean repeatable() {
      return readOnly || idempotent;
    }
  }

  /**
   * A tool that cannot be offered; the others can.
   *
   * @param name where it could be read
   * @param reason one sentence for an operator
   */
  record Invalid(Span definition, @Nullable String name, String reason) implements ListedTool {}
}
