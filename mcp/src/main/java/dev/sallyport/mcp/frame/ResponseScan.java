package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.frame.ScanResult.Reason;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The part of a scan that reads {@code result} and {@code error}. */
final class ResponseScan {

  private static final int IS_ERROR = 0;
  private static final int RESULT_TYPE = 1;
  private static final int RESULT_META = 2;
  private static final int TOOLS = 3;
  private static final int STRUCTURED = 4;
  private static final MemberNames RESULT_MEMBERS =
      new MemberNames("isError", "resultType", "_meta", "tools", "structuredContent");

  private static final int CODE = 0;
  private static final int MESSAGE = 1;
  private static final MemberNames ERROR_MEMBERS = new MemberNames("code", "message");

  private final FrameScanner scanner;
  private final byte[] data;
  private final JsonReader reader;

  private long result;
  private long error;
  private boolean resultIsError;
  private @Nullable String resultType;
  private long resultMeta;
  private long tools;
  private long structured;
  private long errorCode;
  private long errorMessage;

  ResponseScan(FrameScanner scanner) {
    this.scanner = scanner;
    this.data = scanner.data;
    this.reader = scanner.reader;
  }

  boolean isBoth() {
    return result != 0 && error != 0;
  }

  boolean isError() {
    return error != 0;
  }

  void result() {
    if (reader.peek() != '{') {
      scanner.wrong(Reason.NOT_A_MESSAGE, "\"result\" must be an object.");
      result = scanner.value();
      return;
    }
    int seen = 0;
    int start = reader.position();
    reader.enterObject();
    while (reader.nextMember()) {
      int member = RESULT_MEMBERS.indexOf(data, reader);
      if (member < 0) {
        reader.skipValue();
        continue;
      }
      if ((seen & 1 << member) != 0) {
        scanner.duplicate("a member of \"result\"");
        reader.skipValue();
        continue;
      }
      seen |= 1 << member;
      if (member == RESULT_META && reader.peek() == '{') {
        int metaStart = reader.position();
        ParamsScan.meta(scanner);
        resultMeta = Span.pack(metaStart, reader.position());
        continue;
      }
      int opening = reader.peek();
      long value = scanner.value();
      switch (member) {
        case IS_ERROR -> resultIsError = opening == 't';
        case RESULT_TYPE -> resultType = resultType(value);
        case TOOLS -> tools = opening == '[' ? value : 0;
        case STRUCTURED -> structured = value;
        case RESULT_META -> scanner.wrong(Reason.NOT_A_MESSAGE, "\"_meta\" must be an object.");
        default -> throw new IllegalStateException();
      }
    }
    result = Span.pack(start, reader.position());
  }

  private @Nullable String resultType(long value) {
    String text = JsonText.string(data, Span.unpack(value));
    if (text == null) {
      scanner.wrong(Reason.NOT_A_MESSAGE, "\"resultType\" must be a string.");
    }
    return "complete".equals(text) ? "complete" : text;
  }

  void error() {
    if (reader.peek() != '{') {
      scanner.wrong(Reason.NOT_A_MESSAGE, "\"error\" must be an object.");
      error = scanner.value();
      return;
    }
    int seen = 0;
    int start = reader.position();
    reader.enterObject();
    while (reader.nextMember()) {
      int member = ERROR_MEMBERS.indexOf(data, reader);
      long value = scanner.value();
      if (member >= 0) {
        if ((seen & 1 << member) != 0) {
          scanner.duplicate("a member of \"error\"");
        }
        seen |= 1 << member;
        if (member == CODE) {
          errorCode = value;
        } else if (member == MESSAGE && data[(int) (value >>> 32)] == '"') {
          errorMessage = value;
        }
      }
    }
    error = Span.pack(start, reader.position());
  }

  /** The response, or null if its error has no integer for a code. */
  Frame.@Nullable Response response(Span whole, @Nullable Span id) {
    int code = 0;
    if (error != 0) {
      Span span = Span.unpack(errorCode);
      OptionalLong number = span == null ? OptionalLong.empty() : JsonObject.integer(data, span);
      if (number.isEmpty() || number.getAsLong() != (int) number.getAsLong()) {
        return null;
      }
      code = (int) number.getAsLong();
    }
    return new Frame.Response(
        data,
        whole,
        id,
        Span.unpack(result),
        Span.unpack(error),
        resultIsError,
        resultType,
        Span.unpack(resultMeta),
        Span.unpack(tools),
        Span.unpack(structured),
        code,
        Span.unpack(errorMessage));
  }
}
