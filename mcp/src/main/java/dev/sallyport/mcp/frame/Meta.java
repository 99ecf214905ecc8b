package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import org.jspecify.annotations.Nullable;

/** The members of {@code params._meta} that a gateway reads. Each is null where it is absent. */
public final class Meta {

  static final int PROTOCOL_VERSION = 0;
  static final int CLIENT_INFO = 1;
  static final int CLIENT_CAPABILITIES = 2;
  static final int LOG_LEVEL = 3;
  static final int PROGRESS_TOKEN = 4;
  static final int TRACEPARENT = 5;
  static final int SUBSCRIPTION_ID = 6;
  static final int COUNT = 7;

  private static final long[] NONE = new long[COUNT];

  private final byte[] data;
  private final long span;
  private final long[] spans;

  Meta(byte[] data, long span, long @Nullable [] spans) {
    this.data = data;
    this.span = span;
    this.spans = spans == null ? NONE : spans;
  }

  /** The whole object, null where there is none. */
  public @Nullable Span span() {
    return Span.unpack(span);
  }

  /** Of the modern era, decoded. Null where absent or not a string. */
  public @Nullable String protocolVersion() {
    return JsonText.string(data, Span.unpack(spans[PROTOCOL_VERSION]));
  }

  /** As it stands, whatever its type. */
  public @Nullable Span protocolVersionSpan() {
    return Span.unpack(spans[PROTOCOL_VERSION]);
  }

  public @Nullable Span clientInfo() {
    return Span.unpack(spans[CLIENT_INFO]);
  }

  public @Nullable Span clientCapabilities() {
    return Span.unpack(spans[CLIENT_CAPABILITIES]);
  }

  /** Decoded. Null where absent or not a string. */
  public @Nullable String logLevel() {
    return JsonText.string(data, Span.unpack(spans[LOG_LEVEL]));
  }

  public @Nullable Span progressToken() {
    return Span.unpack(spans[PROGRESS_TOKEN]);
  }

  /** Decoded. Null where absent or not a string. */
  public @Nullable String traceparent() {
    return JsonText.string(data, Span.unpack(spans[TRACEPARENT]));
  }

  public @Nullable Span subscriptionId() {
    return Span.unpack(spans[SUBSCRIPTION_ID]);
  }

  /** All of it for looking into, null where there is none. */
  public @Nullable JsonObject object() {
    return JsonObject.at(data, span());
  }
}
