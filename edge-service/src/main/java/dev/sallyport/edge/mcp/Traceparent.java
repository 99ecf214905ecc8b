package dev.sallyport.edge.mcp;

import org.jspecify.annotations.Nullable;

/** The W3C trace context of a message: of its {@code _meta}, else of its HTTP request. */
public final class Traceparent {

  private static final int LENGTH = 55;

  private Traceparent() {}

  /** Null when there is none that is well-formed (W3C Trace Context, version 00). */
  public static @Nullable String of(@Nullable String inMeta, McpRequest request) {
    String text = inMeta == null ? request.header("traceparent") : inMeta;
    return text != null && isWellFormed(text) ? text : null;
  }

  private static boolean isWellFormed(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 2 || i == 35 || i == 52;
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return true;
  }
}
