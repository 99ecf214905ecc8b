package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.frame.ScanResult.Malformed;
import dev.sallyport.mcp.frame.ScanResult.Reason;
import dev.sallyport.mcp.frame.ScanResult.Scanned;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.Methods;
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

  final byte[] data;
  final JsonReader reader;

  private long id;
  private long method;
  private boolean hasParams;
  private boolean versionIsRight;
  private boolean versionSeen;
  private boolean idIsBad;
  private @Nullable Params params;
  private @Nullable ResponseScan response;

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
        case PARAMS -> {
          hasParams = true;
          params = ParamsScan.params(this);
        }
        case RESULT -> responseScan().result();
        case ERROR -> responseScan().error();
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

  private ResponseScan responseScan() {
    ResponseScan scan = response;
    if (scan == null) {
      scan = new ResponseScan(this);
      response = scan;
    }
    return scan;
  }

  /** Skips a value and returns where it stands. */
  long value() {
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

  void duplicate(String what) {
    wrong(Reason.DUPLICATE_MEMBER, "The message is ambiguous: " + what + " occurs twice.");
  }

  void wrong(Reason reason, String message) {
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
    if (response != null) {
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
    ResponseScan scan = response;
    if (scan == null || scan.isBoth() || hasParams) {
      return refuse(
          Reason.NOT_A_MESSAGE, "A message has a \"method\" or a \"result\" or an \"error\".");
    }
    boolean noId = id == 0 || data[(int) (id >>> 32)] == 'n';
    if (noId ? !scan.isError() : idIsBad) {
      return refuse(Reason.BAD_ID, "\"id\" must be a string or an integer.");
    }
    Frame.Response made = scan.response(whole, noId ? null : Span.unpack(id));
    return made == null
        ? refuse(Reason.NOT_A_MESSAGE, "\"error.code\" must be an integer.")
        : new Scanned(made);
  }

  private Malformed refuse(Reason reason, String message) {
    return new Malformed(
        reason,
        message,
        reason == Reason.BAD_PARAMS ? JsonRpcError.INVALID_PARAMS : JsonRpcError.INVALID_REQUEST,
        idIsBad ? null : Span.unpack(id));
  }
}
