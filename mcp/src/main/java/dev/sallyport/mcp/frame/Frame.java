package dev.sallyport.mcp.frame;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC message, as positions in the array in which it arrived. Values are the bytes as they
 * stand: a string span includes its quotes and escapes.
 */
public sealed interface Frame {

  /** The array. Not a copy; must not be written to. */
  byte[] data();

  /** The message in the array, without white space around it. */
  Span whole();

  /**
   * A request.
   *
   * @param id string or integer, never null
   * @param method decoded
   */
  record Request(byte[] data, Span whole, Span id, String method, Span methodSpan, Params params)
      implements Frame {}

  /** A notification: a message with a method and no id. */
  record Notification(byte[] data, Span whole, String method, Span methodSpan, Params params)
      implements Frame {}

  /**
   * A response: exactly one of {@code result} and {@code error} is there.
   *
   * @param id null only where an error response has none, or has null
   * @param resultIsError {@code result.isError} is true
   * @param resultType {@code result.resultType} decoded, null where absent, which means complete
   * @param resultMeta {@code result._meta} where it is an object
   * @param tools {@code result.tools} where it is an array
   * @param structuredContent {@code result.structuredContent}, whatever it is
   * @param errorCode {@code error.code}; 0 where there is no error
   * @param errorMessage {@code error.message}, a string
   */
  record Response(
      byte[] data,
      Span whole,
      @Nullable Span id,
      @Nullable Span result,
      @Nullable Span error,
      boolean resultIsError,
      @Nullable String resultType,
      @Nullable Span resultMeta,
      @Nullable Span tools,
      @Nullable Span structuredContent,
      int errorCode,
      @Nullable Span errorMessage)
      implements Frame {

    public boolean hasResultType() {
      return resultType != null;
    }
  }
}
