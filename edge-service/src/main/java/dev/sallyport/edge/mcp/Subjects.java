package dev.sallyport.edge.mcp;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Subject;
import dev.sallyport.mcp.protocol.Methods;
import org.jspecify.annotations.Nullable;

/** Whether a request says what it is about, as its method requires. */
public final class Subjects {

  private Subjects() {}

  /** What is missing, as one sentence for the client; null when nothing is. */
  public static @Nullable String missing(Frame.Request message) {
    String member =
        switch (message.method()) {
          case Methods.TOOLS_CALL, Methods.PROMPTS_GET -> "name";
          case Methods.RESOURCES_READ, Methods.RESOURCES_SUBSCRIBE, Methods.RESOURCES_UNSUBSCRIBE ->
              "uri";
          case Methods.COMPLETE -> "ref";
          default -> message.method().startsWith("tasks/") ? "taskId" : null;
        };
    if (member == null || Subject.text(message) != null) {
      return null;
    }
    return member.equals("ref")
        ? "Invalid params: \"ref\" must name one prompt (ref/prompt) or URI (ref/resource)."
        : "Invalid params: \"" + member + "\" must be a string.";
  }
}
