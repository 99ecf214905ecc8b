package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.modelapi.ResultText;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.proto.common.v1.Failure;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a script gets of an upstream's answer (features E3): its structured content; else its text,
 * read where it is a JSON object or array; else, where there is more than text, the list of its
 * content blocks.
 */
final class ToolValue {

  /** The tool answered {@code isError}; as outcomes of calls are named. */
  static final String TOOL_ERROR = "tool_error";

  private static final String PROTOCOL_ERROR = "protocol_error";
  private static final int MOST_DEPTH = 512;
  private static final int MOST_MESSAGE = 4_000;
  private static final ByteString NULL = ByteString.copyFromUtf8("null");

  private ToolValue() {}

  /**
   * Without the name of the step.
   *
   * @param most bytes of the JSON that a script may get
   */
  static ToolResult of(Frame.Response answer, long most) {
    Span span = answer.result();
    JsonObject result = JsonObject.at(answer.data(), span);
    if (span == null || result == null) {
      String message = JsonText.string(answer.data(), answer.errorMessage());
      return failed(PROTOCOL_ERROR, "Error " + answer.errorCode() + ": " + message);
    }
    if (answer.resultIsError()) {
      return failed(TOOL_ERROR, ResultText.of(answer.data(), span));
    }
    ByteString value = value(result, answer.data());
    return value.size() > most
        ? failed(
            ErrorCode.UPSTREAM_TOO_LARGE.wireName(),
            "The tool returned " + value.size() + " bytes; a script gets at most " + most + ".")
        : ToolResult.newBuilder().setValue(value).build();
  }

  static ToolResult failed(String code, String message) {
    String shown =
        message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) + "…" : message;
    return ToolResult.newBuilder()
        .setFailed(Failure.newBuilder().setCode(code).setMessage(shown))
        .build();
  }

  private static ByteString value(JsonObject result, byte[] data) {
    Span structured = result.get("structuredContent");
    if (structured != null && data[structured.start()] != 'n') {
      return copy(data, structured);
    }
    Span content = result.get("content");
    if (content == null) {
      return NULL;
    }
    String text = ResultText.ofBlocks(data, content);
    if (text == null) {
      return copy(data, content);
    }
    byte[] read = json(text);
    return ByteString.copyFrom(read == null ? JsonText.quote(text) : read);
  }

  private static ByteString copy(byte[] data, Span span) {
    return ByteString.copyFrom(data, span.start(), span.length());
  }

  /** The text where it is one JSON object or array; null for any other. */
  private static byte @Nullable [] json(String text) {
    String inside = text.strip();
    if (!inside.startsWith("{") && !inside.startsWith("[")) {
      return null;
    }
    byte[] bytes = inside.getBytes(StandardCharsets.UTF_8);
    try {
      JsonReader reader = new JsonReader(bytes, 0, bytes.length, MOST_DEPTH);
      int ignored = reader.skipValue();
      reader.expectEnd();
      return bytes;
    } catch (MalformedJson e) {
      return null;
    }
  }
}
