package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.json.MalformedJson;
import java.nio.charset.StandardCharsets;

/**
 * The client behind a call, as far as it decides on which connection the call is made.
 *
 * @param caller virtual key or user
 * @param session of the legacy era; empty in the modern one
 * @param capabilities JSON object of those that let a server ask the client something; empty for
 *     none
 * @param wantsLog it asked for log messages of its calls
 */
public record ClientSide(String caller, String session, byte[] capabilities, boolean wantsLog) {

  private static final String[] RELAYED = {"elicitation", "roots", "sampling"};

  public boolean isModern() {
    return session.isEmpty();
  }

  /** What owns its connections, with what they declare: equal for clients that may share one. */
  String owner(Isolation isolation) {
    String who =
        isModern() || isolation == Isolation.CALLER ? "caller:" + caller : "session:" + session;
    return who + '\n' + new String(capabilities, StandardCharsets.UTF_8);
  }

  /**
   * The capabilities that the gateway relays, out of all that a client declares. Empty when there
   * are none of them.
   */
  public static byte[] relayed(byte[] declared) {
    if (declared.length == 0) {
      return declared;
    }
    JsonObject all;
    try {
      all = JsonObject.of(declared);
    } catch (MalformedJson e) {
      return new byte[0];
    }
    JsonWriter json = new JsonWriter().beginObject();
    boolean any = false;
    for (String name : RELAYED) {
      Span value = all.get(name);
      if (value != null && all.data()[value.start()] == '{') {
        json.name(name).raw(all.data(), value);
        any = true;
      }
    }
    return any ? json.endObject().toBytes() : new byte[0];
  }
}
