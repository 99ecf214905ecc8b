package dev.sallyport.mcp.json;

/**
 * The bytes are not the JSON that they should be. Carries no stack trace and none of the text, so
 * it is cheap and safe to answer with. Thrown by {@link JsonReader}; frames that come from outside
 * go through {@code FrameScanner}, which returns it as a value.
 */
public final class MalformedJson extends RuntimeException {

  /** What was wrong. */
  public enum Kind {
    SYNTAX,
    INVALID_UTF8,
    CONTROL_CHARACTER,
    TOO_DEEP,
    TRAILING_DATA,
    BYTE_ORDER_MARK,
    DUPLICATE_MEMBER,
    LONE_SURROGATE
  }

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int position;

  public MalformedJson(Kind kind, String message, int position) {
    super(message, null, false, false);
    this.kind = kind;
    this.position = position;
  }

  public Kind kind() {
    return kind;
  }

  /** Index of the offending byte in the array that was read. */
  public int position() {
    return position;
  }
}
