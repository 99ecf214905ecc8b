package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.CanonicalJson;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.Methods;
import org.jspecify.annotations.Nullable;

/**
 * What a request is about: the name of a tool or prompt, the URI of a resource, the id of a task,
 * or that which {@code completion/complete} refers to. It is what policy decides on, and what a
 * gateway that renames has to replace.
 */
public final class Subject {

  private static final String TASKS = "tasks/";

  private Subject() {}

  /** The JSON value as it stands; null where the method has none or the message lacks it. */
  public static @Nullable Span of(Frame.Request request) {
    Params params = request.params();
    return switch (request.method()) {
      case Methods.TOOLS_CALL, Methods.PROMPTS_GET -> params.nameSpan();
      case Methods.RESOURCES_READ, Methods.RESOURCES_SUBSCRIBE, Methods.RESOURCES_UNSUBSCRIBE ->
          params.uriSpan();
      case Methods.COMPLETE -> reference(params);
      default -> request.method().startsWith(TASKS) ? params.taskId() : null;
    };
  }

  /** The same decoded; null where it is absent or not a string. */
  public static @Nullable String text(Frame.Request request) {
    return request.method().equals(Methods.TOOLS_CALL)
        ? request.params().name()
        : JsonText.string(request.data(), of(request));
  }

  /** Whether {@code Mcp-Name} mirrors it (2026-07-28 streamable-http, "Request Metadata"). */
  public static boolean isMirrored(String method) {
    return method.equals(Methods.TOOLS_CALL)
        || method.equals(Methods.PROMPTS_GET)
        || method.equals(Methods.RESOURCES_READ)
        || method.startsWith(TASKS);
  }

  /** Whether {@code completion/complete} refers to a prompt, and not to a resource template. */
  public static boolean refersToPrompt(Frame.Request request) {
    JsonObject params = request.params().object();
    JsonObject reference = params == null ? null : params.object("ref");
    return reference != null && "ref/prompt".equals(reference.string("type"));
  }

  /**
   * Null for a reference that reads as one thing here and as another elsewhere: with a name twice,
   * or of a type that nobody knows.
   */
  private static @Nullable Span reference(Params params) {
    JsonObject object = params.object();
    JsonObject reference = object == null ? null : object.object("ref");
    if (reference == null
        || CanonicalJson.digest(reference.data(), reference.span())
            instanceof CanonicalJson.Result.Refused) {
      return null;
    }
    return switch (reference.string("type")) {
      case "ref/prompt" -> reference.get("name");
      case "ref/resource" -> reference.get("uri");
      case null, default -> null;
    };
  }
}
