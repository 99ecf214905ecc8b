package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * The members of {@code params} that a gateway reads. Each is null where it is absent; a span says
 * nothing about its type. Members that are not listed here are found through {@link #object()}.
 */
public final class Params {

  static final int NAME = 0;
  static final int URI = 1;
  static final int ARGUMENTS = 2;
  static final int META = 3;
  static final int CURSOR = 4;
  static final int REQUEST_ID = 5;
  static final int PROGRESS_TOKEN = 6;
  static final int REQUEST_STATE = 7;
  static final int TASK_ID = 8;
  static final int INPUT_RESPONSES = 9;
  static final int COUNT = 10;

  private static final long[] NONE = new long[COUNT];

  private final byte[] data;
  private final long span;
  private final long[] spans;
  private final Meta meta;
  private @Nullable String name;

  Params(byte[] data, long span, long @Nullable [] spans, Meta meta) {
    this.data = data;
    this.span = span;
    this.spans = spans == null ? NONE : spans;
    this.meta = meta;
  }

  /** The whole object, null where the message has no params. */
  public @Nullable Span span() {
    return Span.unpack(span);
  }

  /** {@code params.name} decoded: of a tool or prompt. Null where absent or not a string. */
  public @Nullable String name() {
    String text = name;
    if (text == null) {
      text = JsonText.string(data, nameSpan());
      name = text;
    }
    return text;
  }

  public @Nullable Span nameSpan() {
    return Span.unpack(spans[NAME]);
  }

  /** {@code params.uri} decoded. Null where absent or not a string. */
  public @Nullable String uri() {
    return JsonText.string(data, uriSpan());
  }

  public @Nullable Span uriSpan() {
    return Span.unpack(spans[URI]);
  }

  public @Nullable Span arguments() {
    return Span.unpack(spans[ARGUMENTS]);
  }

  /** {@code params._meta}; without anything in it where absent, never null. */
  public Meta meta() {
    return meta;
  }

  public @Nullable Span cursor() {
    return Span.unpack(spans[CURSOR]);
  }

  /** Of {@code notifications/cancelled}. */
  public @Nullable Span requestId() {
    return Span.unpack(spans[REQUEST_ID]);
  }

  /** Of {@code notifications/progress}. The one of a request is in {@link #meta()}. */
  public @Nullable Span progressToken() {
    return Span.unpack(spans[PROGRESS_TOKEN]);
  }

  public @Nullable Span requestState() {
    return Span.unpack(spans[REQUEST_STATE]);
  }

  /** What the client brings for {@code inputRequests} (2026-07-28 patterns/mrtr). */
  public @Nullable Span inputResponses() {
    return Span.unpack(spans[INPUT_RESPONSES]);
  }

  public @Nullable Span taskId() {
    return Span.unpack(spans[TASK_ID]);
  }

  /** All of params for looking into, null where the message has none. */
  public @Nullable JsonObject object() {
    return JsonObject.at(data, span());
  }
}
