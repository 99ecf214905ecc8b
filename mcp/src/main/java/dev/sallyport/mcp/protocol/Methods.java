package dev.sallyport.mcp.protocol;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Method names of both eras. */
public final class Methods {

  public static final String INITIALIZE = "initialize";
  public static final String INITIALIZED = "notifications/initialized";
  public static final String DISCOVER = "server/discover";
  public static final String PING = "ping";
  public static final String TOOLS_LIST = "tools/list";
  public static final String TOOLS_CALL = "tools/call";
  public static final String RESOURCES_LIST = "resources/list";
  public static final String RESOURCES_TEMPLATES_LIST = "resources/templates/list";
  public static final String RESOURCES_READ = "resources/read";
  public static final String RESOURCES_SUBSCRIBE = "resources/subscribe";
  public static final String RESOURCES_UNSUBSCRIBE = "resources/unsubscribe";
  public static final String PROMPTS_LIST = "prompts/list";
  public static final String PROMPTS_GET = "prompts/get";
  public static final String COMPLETE = "completion/complete";
  public static final String SET_LEVEL = "logging/setLevel";
  public static final String SUBSCRIPTIONS_LISTEN = "subscriptions/listen";
  public static final String SUBSCRIPTIONS_ACKNOWLEDGED =
      "notifications/subscriptions/acknowledged";
  public static final String TASKS_GET = "tasks/get";
  public static final String TASKS_UPDATE = "tasks/update";
  public static final String TASKS_CANCEL = "tasks/cancel";
  public static final String CANCELLED = "notifications/cancelled";
  public static final String PROGRESS = "notifications/progress";
  public static final String MESSAGE = "notifications/message";
  public static final String TOOLS_LIST_CHANGED = "notifications/tools/list_changed";
  public static final String RESOURCES_LIST_CHANGED = "notifications/resources/list_changed";
  public static final String RESOURCES_UPDATED = "notifications/resources/updated";
  public static final String PROMPTS_LIST_CHANGED = "notifications/prompts/list_changed";
  public static final String ROOTS_LIST_CHANGED = "notifications/roots/list_changed";
  public static final String CREATE_MESSAGE = "sampling/createMessage";
  public static final String ELICIT = "elicitation/create";
  public static final String ROOTS_LIST = "roots/list";

  private static final String[] KNOWN = {
    TOOLS_CALL,
    TOOLS_LIST,
    PROGRESS,
    PING,
    INITIALIZE,
    INITIALIZED,
    DISCOVER,
    CANCELLED,
    MESSAGE,
    SUBSCRIPTIONS_LISTEN,
    RESOURCES_READ,
    PROMPTS_GET
  };
  private static final byte[][] KNOWN_BYTES = new byte[KNOWN.length][];

  static {
    for (int i = 0; i < KNOWN.length; i++) {
      KNOWN_BYTES[i] = ('"' + KNOWN[i] + '"').getBytes(StandardCharsets.US_ASCII);
    }
  }

  private Methods() {}

  /**
   * The JSON string at the span as text, without an allocation where it is a common method. Null if
   * it is not a string.
   */
  public static @Nullable String intern(byte[] data, Span span) {
    for (int i = 0; i < KNOWN.length; i++) {
      byte[] known = KNOWN_BYTES[i];
      if (known.length == span.length()
          && Arrays.equals(known, 0, known.length, data, span.start(), span.end())) {
        return KNOWN[i];
      }
    }
    return JsonText.string(data, span);
  }
}
