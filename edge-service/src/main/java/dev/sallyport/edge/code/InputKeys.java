package dev.sallyport.edge.code;

import dev.sallyport.edge.code.RunSteps.Step;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of a script ask of the client, under names that say which call asks: {@code
 * 7.2/name} is what the step {@code 7.2} calls {@code name} (2026-07-28 patterns/mrtr: the keys of
 * {@code inputRequests} are the server's to choose).
 */
final class InputKeys {

  private static final char SEPARATOR = '/';
  private static final int DEEP_ENOUGH = 1024;

  private InputKeys() {}

  /** A name in its parts. */
  record Parts(String step, String key) {}

  /** Requests of several calls in one object. */
  record Joined(byte[] requests) {

    /** The {@code InputRequiredResult} with a state, a JSON string. */
    byte[] result(byte[] state) {
      return new JsonWriter()
          .beginObject()
          .member("resultType", "input_required")
          .member("inputRequests", requests)
          .member("requestState", state)
          .endObject()
          .toBytes();
    }
  }

  static String join(String step, String key) {
    return step + SEPARATOR + key;
  }

  /** Null for a name that no call has. */
  static @Nullable Parts parts(String name) {
    int cut = name.indexOf(SEPARATOR);
    return cut < 0 ? null : new Parts(name.substring(0, cut), name.substring(cut + 1));
  }

  /** What the calls that wait ask, together; null where one of them asks nothing of the client. */
  static @Nullable Joined requests(Collection<Step> steps) {
    JsonWriter json = new JsonWriter().beginObject();
    for (Step step : steps) {
      if (!step.kept().hasWaiting()) {
        continue;
      }
      byte[] asked = step.kept().getWaiting().getInputRequests().toByteArray();
      if (asked.length == 0) {
        return null;
      }
      copy(JsonObject.of(asked), key -> join(step.name(), key), json);
    }
    return new Joined(json.endObject().toBytes());
  }

  /** The part of {@code responses} that is for a call, under its own names; null where none is. */
  static byte @Nullable [] of(String step, JsonObject responses) {
    JsonWriter json = new JsonWriter().beginObject();
    boolean any =
        copy(
            responses,
            name ->
                parts(name) instanceof Parts(String of, String key) && of.equals(step) ? key : null,
            json);
    return any ? json.endObject().toBytes() : null;
  }

  private interface Renamed {

    @Nullable String of(String name);
  }

  private static boolean copy(JsonObject from, Renamed renamed, JsonWriter to) {
    byte[] data = from.data();
    JsonReader reader = new JsonReader(data, from.span().start(), from.span().end(), DEEP_ENOUGH);
    reader.enterObject();
    boolean any = false;
    while (reader.nextMember()) {
      String name = JsonText.content(data, reader.nameStart(), reader.nameEnd());
      int start = reader.skipValue();
      String now = name == null ? null : renamed.of(name);
      if (now != null) {
        any = true;
        to.name(now).raw(data, new Span(start, reader.position()));
      }
    }
    return any;
  }
}
