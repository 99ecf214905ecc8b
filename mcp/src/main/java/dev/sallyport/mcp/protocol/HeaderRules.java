package dev.sallyport.mcp.protocol;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Params;
import dev.sallyport.mcp.frame.Span;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of the modern era that mirror the body (2026-07-28 streamable-http, "Request
 * Metadata" and "Server Validation"). The body is what counts; a header that says something else is
 * refused, so that nothing between client and server can be led to another decision.
 */
public final class HeaderRules {

  private static final String SENTINEL = "=?base64?";
  private static final String SENTINEL_END = "?=";
  private static final int LONGEST_SHOWN = 80;

  /** Whether headers and body agree. */
  public sealed interface Result {

    record Ok() implements Result {}

    /**
     * To be answered with 400 and {@link JsonRpcError#HEADER_MISMATCH}.
     *
     * @param message one sentence for the client
     */
    record Mismatch(String message) implements Result {}
  }

  private static final Result OK = new Result.Ok();

  private HeaderRules() {}

  /**
   * Checks {@code MCP-Protocol-Version}, {@code Mcp-Method} and, where the method has it, {@code
   * Mcp-Name} of a modern request. That the body has a protocol version at all, and that the
   * version is supported, are questions of their own with other error codes.
   */
  public static Result check(Frame.Request request, McpHeaders headers) {
    String inBody = request.params().meta().protocolVersion();
    Result version =
        mirror(McpHeaders.PROTOCOL_VERSION, headers, inBody == null ? "" : inBody, false);
    if (version instanceof Result.Mismatch) {
      return version;
    }
    Result method = mirror(McpHeaders.METHOD, headers, request.method(), false);
    if (method instanceof Result.Mismatch) {
      return method;
    }
    if (!hasName(request.method())) {
      return OK;
    }
    String name = mirroredName(request.method(), request.params());
    if (name == null) {
      // Without it in the body the request is answered as invalid params, not as a header error,
      // unless the header makes one up.
      return headers.all(McpHeaders.NAME).isEmpty()
          ? OK
          : new Result.Mismatch(
              "Header mismatch: " + McpHeaders.NAME + " names what the body does not.");
    }
    return mirror(McpHeaders.NAME, headers, name, true);
  }

  /**
   * Checks one {@code Mcp-Param-*} header against the text of the body's value, which is null where
   * the arguments have none; then there must be no header.
   */
  public static Result checkParam(String header, McpHeaders headers, @Nullable String inBody) {
    if (inBody == null) {
      return headers.all(header).isEmpty()
          ? OK
          : new Result.Mismatch("Header mismatch: " + header + " has no value in the body.");
    }
    return mirror(header, headers, inBody, true);
  }

  /** The headers that go with a modern request to an upstream, values encoded. */
  public static Map<String, String> of(Frame.Request request) {
    Map<String, String> headers = new LinkedHashMap<>();
    String version = request.params().meta().protocolVersion();
    if (version != null) {
      headers.put(McpHeaders.PROTOCOL_VERSION, version);
    }
    headers.put(McpHeaders.METHOD, request.method());
    String name = mirroredName(request.method(), request.params());
    if (name != null) {
      headers.put(McpHeaders.NAME, encode(name));
    }
    return headers;
  }

  /**
   * What {@code Mcp-Name} has to say for the method, decoded; null where the method has no such
   * header or the body no such string.
   */
  public static @Nullable String mirroredName(String method, Params params) {
    return switch (method) {
      case Methods.TOOLS_CALL, Methods.PROMPTS_GET -> params.name();
      case Methods.RESOURCES_READ -> params.uri();
      default -> {
        Span taskId = method.startsWith("tasks/") ? params.taskId() : null;
        yield taskId == null ? null : taskIdText(params);
      }
    };
  }

  private static @Nullable String taskIdText(Params params) {
    var object = params.object();
    return object == null ? null : object.string("taskId");
  }

  private static boolean hasName(String method) {
    return method.equals(Methods.TOOLS_CALL)
        || method.equals(Methods.PROMPTS_GET)
        || method.equals(Methods.RESOURCES_READ)
        || method.startsWith("tasks/");
  }

  private static Result mirror(
      String header, McpHeaders headers, String inBody, boolean encodable) {
    List<String> values = headers.all(header);
    if (values.isEmpty()) {
      return new Result.Mismatch("Header mismatch: the " + header + " header is missing.");
    }
    if (values.size() > 1) {
      return new Result.Mismatch("Header mismatch: send the " + header + " header once.");
    }
    String value = trim(values.getFirst());
    String decoded = encodable ? decode(value) : isPlain(value) ? value : null;
    if (decoded == null) {
      return new Result.Mismatch(
          "Header mismatch: the " + header + " header holds invalid characters or encoding.");
    }
    if (!decoded.equals(inBody)) {
      return new Result.Mismatch(
          "Header mismatch: "
              + header
              + " header value '"
              + shown(decoded)
              + "' does not match body value '"
              + shown(inBody)
              + "'");
    }
    return OK;
  }

  /** The value as it goes into a header: as it is where that is safe, else in the base64 form. */
  public static String encode(String value) {
    boolean safe =
        isPlain(value)
            && value.equals(trim(value))
            && !(value.startsWith(SENTINEL) && value.endsWith(SENTINEL_END));
    return safe
        ? value
        : SENTINEL
            + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
            + SENTINEL_END;
  }

  /**
   * What a header value stands for, white space around it removed and the base64 form decoded; null
   * if it holds characters that a header must not have, or is base64 of something that is not text.
   */
  public static @Nullable String decode(String headerValue) {
    String value = trim(headerValue);
    if (!isPlain(value)) {
      return null;
    }
    if (!value.startsWith(SENTINEL)
        || !value.endsWith(SENTINEL_END)
        || value.length() < SENTINEL.length() + SENTINEL_END.length()) {
      return value;
    }
    try {
      byte[] decoded =
          Base64.getDecoder()
              .decode(value.substring(SENTINEL.length(), value.length() - SENTINEL_END.length()));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decoded)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
  }

  /** RFC 9110 section 5.5: visible ASCII, space and tab. */
  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** Removes optional white space: RFC 9110 section 5.6.3. */
  private static String trim(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && (value.charAt(start) == ' ' || value.charAt(start) == '\t')) {
      start++;
    }
    while (end > start && (value.charAt(end - 1) == ' ' || value.charAt(end - 1) == '\t')) {
      end--;
    }
    return value.substring(start, end);
  }

  private static String shown(String value) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < value.length() && i < LONGEST_SHOWN; i++) {
      char c = value.charAt(i);
      shown.append(Character.isISOControl(c) ? '?' : c);
    }
    return (value.length() > LONGEST_SHOWN ? shown.append('…') : shown).toString();
  }
}
