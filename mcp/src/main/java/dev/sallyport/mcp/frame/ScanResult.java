package dev.sallyport.mcp.frame;

import org.jspecify.annotations.Nullable;

/** What a scan came to. */
public sealed interface ScanResult {

  /** A well-formed JSON-RPC message that every parser reads alike. */
  record Scanned(Frame frame) implements ScanResult {}

  /**
   * Refused.
   *
   * @param message one sentence for whoever sent it; holds none of the content
   * @param code the JSON-RPC error code to answer with
   * @param id the id as it stands in the frame, where the frame was JSON and the id usable; else
   *     the answer has none
   */
  record Malformed(Reason reason, String message, int code, @Nullable Span id)
      implements ScanResult {}

  /** Why a frame was refused. */
  enum Reason {
    /** Not one JSON text in UTF-8. */
    NOT_JSON,
    /** Larger than {@link Limits#maxBytes}. */
    TOO_LARGE,
    /** Nested deeper than {@link Limits#maxDepth}. */
    TOO_DEEP,
    /** An array. Batches existed only in revision 2025-03-26. */
    BATCH,
    /** A name stands twice where the gateway reads, so that two parsers could disagree. */
    DUPLICATE_MEMBER,
    /** JSON, but not a JSON-RPC 2.0 message as MCP has it. */
    NOT_A_MESSAGE,
    /** The id is null, a fraction, or neither string nor integer. */
    BAD_ID,
    /** {@code params} or {@code params._meta} is not an object. */
    BAD_PARAMS
  }
}
