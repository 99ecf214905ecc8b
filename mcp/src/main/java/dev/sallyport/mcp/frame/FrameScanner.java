package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.frame.ScanResult.Malformed;
import dev.sallyport.mcp.frame.ScanResult.Reason;
import dev.sallyport.mcp.frame.ScanResult.Scanned;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON-RPC message in a single pass. The whole text is checked, but only what is asked
 * for is remembered, as positions.
 *
 * <p>Refused, because the gateway and the server behind it could otherwise read different messages:
 * text that is not strict JSON in valid UTF-8, a byte order mark, data after the message, batches,
 * and names that occur twice (compared decoded) in the envelope, in {@code params} and in {@code
 * _meta}; in {@code result} and {@code error} the names that the gateway reads.
 */
public final class FrameScanner {

  private static final int JSONRPC = 0;
  private static final int ID = 1;
  private static final int METHOD = 2;
  private static final int PARAMS = 3;
  private static final int RESULT = 4;
  private static final int ERROR = 5;
  private static final MemberNames ENVELOPE =
      new MemberNames("jsonrpc", "id", "method", "params", "result", "error");

  private static final MemberNames PARAMS_MEMBERS =
      new MemberNames(
          "name",
          "uri",
          "arguments",
          "_meta",
          "cursor",
          "requestId",
          "progressToken",
          "requestState",
          "taskId");

  private static final MemberNames META_MEMBERS =
      new MemberNames(
          MetaKeys.PROTOCOL_VERSION,
          MetaKeys.CLIENT_INFO,
          MetaKeys.CLIENT_CAPABILITIES,
          MetaKeys.LOG_LEVEL,
          MetaKeys.PROGRESS_TOKEN,
          MetaKeys.TRACEPARENT,
          MetaKeys.SUBSCRIPTION_ID);

  private static final int IS_ERROR = 0;
  private static final int RESULT_TYPE = 1;
  private static final int RESULT_META = 2;
  private static final int TOOLS = 3;
  private static final MemberNames RESULT_MEMBERS =
      new MemberNames("isError", "resultType", "_meta", "tools");

  private static final int CODE = 0;
  private static final int MESSAGE = 1;
  private static final MemberNames ERROR_MEMBERS = new MemberNames("code", "message");

  private final byte[] data;
  private final JsonReader reader;

  private long id;
  private long method;
  private boolean hasParams;
  private boolean versionIsRight;
  private boolean versionSeen;
  private boolean idIsBad;
  private @Nullable Params params;
  private long result;
  private long error;
  private boolean resultIsError;
  private @Nullable String resultType;
  private long resultMeta;
  private long tools;
  private long errorCode;
  private long errorMessage;

  /** The first thing wrong with a text that is JSON; the scan goes on to find the id. */
  private @Nullable Reason wrong;

  private String wrongMessage = "";

  private FrameScanner(byte[] data, JsonReader reader) {
    this.data = data;
    this.reader = reader;
  }

  /** Scans the whole array with {@link Limits#DEFAULT}. */
  public static ScanResult scan(byte[] data) {
    return scan(data, 0, data.length, Limits.DEFAULT);
  }

  /**
   * Scans one message.
   *
   * @param offset index of the first byte
   * @param length how many bytes there are; nothing but the message and white space may be in them
   */
  public static ScanResult scan(byte[] data, int offset, int length, Limits limits) {
    if (length > limits.maxBytes()) {
      return new Malformed(
          Reason.TOO_LARGE,
          "The message is larger than " + limits.maxBytes() + " bytes; send less at once.",
          JsonRpcError.INVALID_REQUEST,
          null);
    }
    JsonReader reader = new JsonReader(data, offset, offset + length, limits.maxDepth());
    try {
      return new FrameScanner(data, reader).scan();
    } catch (MalformedJson e) {
      return malformed(e);
    }
  }

  private static Malformed malformed(MalformedJson e) {
    return switch (e.kind()) {
      case TOO_DEEP ->
          new Malformed(
              Reason.TOO_DEEP,
              "The message is " + e.getMessage() + "; flatten it.",
              JsonRpcError.INVALID_REQUEST,
              null);
      case DUPLICATE_MEMBER, LONE_SURROGATE ->
          new Malformed(
              Reason.DUPLICATE_MEMBER,
              "The message is ambiguous: " + e.getMessage() + ".",
              JsonRpcError.INVALID_REQUEST,
              null);
      case SYNTAX, INVALID_UTF8, CONTROL_CHARACTER, TRAILING_DATA, BYTE_ORDER_MARK ->
          new Malformed(
              Reason.NOT_JSON,
              "The message is not one JSON text in UTF-8: " + e.getMessage() + ".",
              JsonRpcError.PARSE_ERROR,
              null);
    };
  }

  private ScanResult scan() {
    reader.refuseByteOrderMark();
    int opening = reader.peek();
    int start = reader.position();
    if (opening != '{') {
      reader.skipValue();
      reader.expectEnd();
      return opening == '['
          ? new Malformed(
              Reason.BATCH,
              "Batches are not supported; send each message by itself.",
              JsonRpcError.INVALID_REQUEST,
              null)
          : new Malformed(
              Reason.NOT_A_MESSAGE,
              "A message is a JSON object.",
              JsonRpcError.INVALID_REQUEST,
              null);
    }
    envelope();
    int end = reader.position();
    reader.expectEnd();
    return conclude(new Span(start, end));
  }

  private void envelope() {
    int seen = 0;
    NameSet others = null;
    reader.enterObject();
    while (reader.nextMember()) {
      int member = ENVELOPE.indexOf(data, reader);
      if (member < 0) {
        if (others == null) {
          others = new NameSet(data);
        }
        if (!others.add(reader)) {
          duplicate("a member of the message");
        }
        reader.skipValue();
        continue;
      }
      if ((seen & 1 << member) != 0) {
        duplicate("\"" + nameOf(member) + "\"");
        if (member == ID) {
          idIsBad = true;
        }
        reader.skipValue();
        continue;
      }
      seen |= 1 << member;
      switch (member) {
        case JSONRPC -> {
          int start = reader.skipValue();
          versionSeen = true;
          versionIsRight = "2.0".equals(JsonText.string(data, new Span(start, reader.position())));
        }
        case ID -> id();
        case METHOD -> method = value();
        case PARAMS -> params();
        case RESULT -> result();
        case ERROR -> error();
        default -> throw new IllegalStateException();
      }
    }
  }

  private static String nameOf(int member) {
    return switch (member) {
      case JSONRPC -> "jsonrpc";
      case ID -> "id";
      case METHOD -> "method";
      case PARAMS -> "params";
      case RESULT -> "result";
      default -> "error";
    };
  }

  private long value() {
    int start = reader.skipValue();
    return Span.pack(start, reader.position());
  }

  private void id() {
    id = value();
    int start = (int) (id >>> 32);
    byte first = data[start];
    if (first == '"') {
      idIsBad |= reader.stringEscaped() && JsonText.string(data, Span.unpack(id)) == null;
    } else if (first == '-' || (first >= '0' && first <= '9')) {
      for (int i = start; i < reader.position(); i++) {
        if (data[i] == '.' || data[i] == 'e' || data[i] == 'E') {
          idIsBad = true;
        }
      }
    } else {
      idIsBad = true;
    }
  }

  private void params() {
    hasParams = true;
    if (reader.peek() != '{') {
      wrong(Reason.BAD_PARAMS, "\"params\" must be an object.");
      reader.skipValue();
      return;
    }
    long[] spans = new long[Params.COUNT];
    Meta meta = null;
    int seen = 0;
    NameSet others = null;
    int start = reader.position();
    reader.enterObject();
    while (reader.nextMember()) {
      int member = PARAMS_MEMBERS.indexOf(data, reader);
      if (member < 0) {
        if (others == null) {
          others = new NameSet(data);
        }
        if (!others.add(reader)) {
          duplicate("a member of \"params\"");
        }
        reader.skipValue();
        continue;
      }
      if ((seen & 1 << member) != 0) {
        duplicate("a member of \"params\"");
        reader.skipValue();
        continue;
      }
      seen |= 1 << member;
      if (member == Params.META && reader.peek() == '{') {
        int metaStart = reader.position();
        meta = meta();
        spans[member] = Span.pack(metaStart, reader.position());
      } else {
        if (member == Params.META) {
          wrong(Reason.BAD_PARAMS, "\"_meta\" must be an object.");
        }
        spans[member] = value();
      }
    }
    params =
        new Params(
            data,
            Span.pack(start, reader.position()),
            spans,
            meta == null ? new Meta(data, 0, null) : meta);
  }

  private Meta meta() {
    long[] spans = new long[Meta.COUNT];
    NameSet others = null;
    int start = reader.position();
    reader.enterObject();
    while (reader.nextMember()) {
      int member = META_MEMBERS.indexOf(data, reader);
      if (member < 0) {
        if (others == null) {
          others = new NameSet(data);
        }
        if (!others.add(reader)) {
          duplicate("a member of \"_meta\"");
        }
        reader.skipValue();
      } else if (spans[member] != 0) {
        duplicate("a member of \"_meta\"");
        reader.skipValue();
      } else {
        spans[member] = value();
      }
    }
    return new Meta(data, Span.pack(start, reader.position()), spans);
  }

  private void result() {
    if (reader.peek() != '{') {
      wrong(Reason.NOT_A_MESSAGE, "\"result\" must be an object.");
      result = value();
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
        duplicate("a member of \"result\"");
        reader.skipValue();
        continue;
      }
      seen |= 1 << member;
      if (member == RESULT_META && reader.peek() == '{') {
        int metaStart = reader.position();
        meta();
        resultMeta = Span.pack(metaStart, reader.position());
        continue;
      }
      int opening = reader.peek();
      long value = value();
      switch (member) {
        case IS_ERROR -> resultIsError = opening == 't';
        case RESULT_TYPE -> resultType = resultType(value);
        case TOOLS -> tools = opening == '[' ? value : 0;
        case RESULT_META -> wrong(Reason.NOT_A_MESSAGE, "\"_meta\" must be an object.");
        default -> throw new IllegalStateException();
      }
    }
    result = Span.pack(start, reader.position());
  }

  private @Nullable String resultType(long value) {
    String text = JsonText.string(data, Span.unpack(value));
    if (text == null) {
      wrong(Reason.NOT_A_MESSAGE, "\"resultType\" must be a string.");
    }
    return "complete".equals(text) ? "complete" : text;
  }

  private void error() {
    if (reader.peek() != '{') {
      wrong(Reason.NOT_A_MESSAGE, "\"error\" must be an object.");
      error = value();
      return;
    }
    int seen = 0;
    int start = reader.position();
    reader.enterObject();
    while (reader.nextMember()) {
      int member = ERROR_MEMBERS.indexOf(data, reader);
      long value = value();
      if (member >= 0) {
        if ((seen & 1 << member) != 0) {
          duplicate("a member of \"error\"");
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

  private void duplicate(String what) {
    wrong(Reason.DUPLICATE_MEMBER, "The message is ambiguous: " + what + " occurs twice.");
  }

  private void wrong(Reason reason, String message) {
    if (wrong == null) {
      wrong = reason;
      wrongMessage = message;
    }
  }

  private ScanResult conclude(Span whole) {
    if (wrong != null) {
      return refuse(wrong, wrongMessage);
    }
    if (!versionIsRight) {
      return refuse(
          Reason.NOT_A_MESSAGE,
          versionSeen ? "\"jsonrpc\" must be \"2.0\"." : "Add \"jsonrpc\": \"2.0\".");
    }
    if (method != 0) {
      return withMethod(whole);
    }
    return response(whole);
  }

  private ScanResult withMethod(Span whole) {
    if (result != 0 || error != 0) {
      return refuse(
          Reason.NOT_A_MESSAGE, "A message has a \"method\" or a \"result\" or an \"error\".");
    }
    Span methodSpan = new Span((int) (method >>> 32), (int) method);
    String name = Methods.intern(data, methodSpan);
    if (name == null || name.isEmpty()) {
      return refuse(Reason.NOT_A_MESSAGE, "\"method\" must be a string.");
    }
    Params given = params == null ? new Params(data, 0, null, new Meta(data, 0, null)) : params;
    if (id == 0) {
      return new Scanned(new Frame.Notification(data, whole, name, methodSpan, given));
    }
    if (idIsBad) {
      return refuse(Reason.BAD_ID, "\"id\" must be a string or an integer.");
    }
    return new Scanned(
        new Frame.Request(
            data, whole, new Span((int) (id >>> 32), (int) id), name, methodSpan, given));
  }

  private ScanResult response(Span whole) {
    if ((result == 0) == (error == 0) || hasParams) {
      return refuse(
          Reason.NOT_A_MESSAGE, "A message has a \"method\" or a \"result\" or an \"error\".");
    }
    boolean noId = id == 0 || data[(int) (id >>> 32)] == 'n';
    if (noId ? result != 0 : idIsBad) {
      return refuse(Reason.BAD_ID, "\"id\" must be a string or an integer.");
    }
    int code = 0;
    if (error != 0) {
      Span codeSpan = Span.unpack(errorCode);
      OptionalLong number =
          codeSpan == null ? OptionalLong.empty() : JsonObject.integer(data, codeSpan);
      if (number.isEmpty() || number.getAsLong() != (int) number.getAsLong()) {
        return refuse(Reason.NOT_A_MESSAGE, "\"error.code\" must be an integer.");
      }
      code = (int) number.getAsLong();
    }
    return new Scanned(
        new Frame.Response(
            data,
            whole,
            noId ? null : Span.unpack(id),
            Span.unpack(result),
            Span.unpack(error),
            resultIsError,
            resultType,
            Span.unpack(resultMeta),
            Span.unpack(tools),
            code,
            Span.unpack(errorMessage)));
  }

  private Malformed refuse(Reason reason, String message) {
    return new Malformed(
        reason,
        message,
        reason == Reason.BAD_PARAMS ? JsonRpcError.INVALID_PARAMS : JsonRpcError.INVALID_REQUEST,
        idIsBad ? null : Span.unpack(id));
  }
}
