package dev.sallyport.rules;

import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.MalformedJson;
import java.util.Map;

/**
 * Arguments of a call as conditions see them. An integer without fraction and exponent that fits 64
 * bits is an int, every other number a double. What two readers may understand differently is
 * refused: a rule must not look at another value than the tool.
 */
public sealed interface Arguments {

  /** Arguments that are larger are not looked at. */
  int MOST_BYTES = 256 * 1024;

  /** Objects and lists inside each other, the arguments themselves included. */
  int DEEPEST = 64;

  /** A call without arguments. */
  Arguments NONE = new Read(Map.of());

  record Read(Map<String, Object> values) implements Arguments {}

  /**
   * Too much to be looked at; what needs them cannot be evaluated.
   *
   * @param why one sentence
   */
  record Unread(String why) implements Arguments {}

  /**
   * Not to be sent to anybody: they say two things, or nothing.
   *
   * @param message tells the caller what to change
   */
  record Ambiguous(String message) implements Arguments {}

  /** Reads the JSON value between {@code start} and {@code end}. */
  static Arguments read(byte[] data, int start, int end) {
    if (end - start > MOST_BYTES) {
      return new Unread("the arguments are larger than " + MOST_BYTES / 1024 + " KiB");
    }
    try {
      JsonReader json = new JsonReader(data, start, end, DEEPEST);
      if (json.peek() != '{') {
        return new Ambiguous("The arguments must be a JSON object.");
      }
      Map<String, Object> values = ArgumentsReader.object(data, json);
      json.expectEnd();
      return new Read(values);
    } catch (MalformedJson e) {
      return e.kind() == MalformedJson.Kind.TOO_DEEP
          ? new Unread("the arguments are nested deeper than " + DEEPEST + " levels")
          : new Ambiguous("The arguments are not valid JSON: " + e.getMessage() + ".");
    } catch (ArgumentsReader.Refused e) {
      return new Ambiguous(String.valueOf(e.getMessage()));
    }
  }
}
