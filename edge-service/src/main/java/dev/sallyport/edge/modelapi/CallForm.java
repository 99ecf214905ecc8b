package dev.sallyport.edge.modelapi;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a model says that a tool is to be called, and is told what came of it. */
public enum CallForm {
  /** Chat completions: an entry of {@code tool_calls}, and a message of role {@code tool}. */
  CHAT,
  /** Responses: a {@code function_call} item, and a {@code function_call_output}. */
  RESPONSES;

  /** By its name in a query, which is lower-case. */
  public static Optional<CallForm> of(String name) {
    for (CallForm form : values()) {
      if (form.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** What a body says. */
  public sealed interface Read {}

  /**
   * A call.
   *
   * @param id by which the model knows it
   * @param arguments one JSON object
   */
  public record Call(String id, String tool, byte[] arguments) implements Read {}

  /**
   * @param message names the member and the fix
   */
  public record Wrong(String message) implements Read {}

  private static final byte[] NOTHING = {'{', '}'};

  /** Reads a call out of a body. */
  public Read read(byte[] body) {
    JsonObject call;
    try {
      call = JsonObject.of(body);
    } catch (MalformedJson e) {
      return new Wrong(
          "The body must be one JSON object; it is not from byte " + e.position() + ".");
    }
    return switch (this) {
      case CHAT -> {
        JsonObject function = call.object("function");
        yield function == null
            ? new Wrong("\"function\" must be an object with \"name\" and \"arguments\".")
            : read(call, "id", "function", function, "function.");
      }
      case RESPONSES -> read(call, "call_id", "function_call", call, "");
    };
  }

  private static Read read(
      JsonObject call, String idName, String type, JsonObject function, String path) {
    String said = call.string("type");
    if (said != null && !said.equals(type)) {
      return new Wrong("\"type\" must be \"" + type + "\".");
    }
    String id = call.string(idName);
    if (id == null) {
      return new Wrong("\"" + idName + "\" must be a string: the id of the model's call.");
    }
    String name = function.string("name");
    if (name == null || name.isEmpty()) {
      return new Wrong("\"" + path + "name\" must be the name of a tool.");
    }
    byte[] arguments = arguments(function);
    return arguments == null
        ? new Wrong("\"" + path + "arguments\" must be a JSON object, or a string that holds one.")
        : new Call(id, name, arguments);
  }

  /** Models write arguments as a string; it is taken as an object too. */
  private static byte @Nullable [] arguments(JsonObject function) {
    Span value = function.get("arguments");
    if (value == null) {
      return NOTHING;
    }
    String text = JsonText.string(function.data(), value);
    byte[] json =
        text == null ? value.bytes(function.data()) : text.strip().getBytes(StandardCharsets.UTF_8);
    if (json.length == 0) {
      return NOTHING;
    }
    try {
      return JsonObject.of(json).bytes();
    } catch (MalformedJson e) {
      return null;
    }
  }

  /** The answer to a call. */
  public byte[] answer(String id, String text) {
    JsonWriter json = new JsonWriter().beginObject();
    switch (this) {
      case CHAT -> json.member("role", "tool").member("tool_call_id", id).member("content", text);
      case RESPONSES ->
          json.member("type", "function_call_output").member("call_id", id).member("output", text);
    }
    return json.endObject().toBytes();
  }
}
