package dev.sallyport.mcp.json;

import dev.sallyport.mcp.frame.Span;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A read-only look into one JSON object that was already checked by a scan. Every question walks
 * the object again: right for a handful of members, wrong for a loop. Where a name occurs twice,
 * the first counts; names are compared decoded.
 *
 * @param data the array that holds the object
 * @param span where it stands
 */
public record JsonObject(byte[] data, Span span) {

  private static final int DEEP_ENOUGH = 1024;

  /** The object at the span, or null if there is none or something else stands there. */
  public static @Nullable JsonObject at(byte[] data, @Nullable Span span) {
    return span == null || span.length() < 2 || data[span.start()] != '{'
        ? null
        : new JsonObject(data, span);
  }

  /**
   * The object that the bytes hold.
   *
   * @throws MalformedJson if they hold something else, or more
   */
  public static JsonObject of(byte[] data) {
    JsonReader reader = new JsonReader(data, 0, data.length, DEEP_ENOUGH);
    int start = reader.skipValue();
    Span span = new Span(start, reader.position());
    reader.expectEnd();
    if (data[start] != '{') {
      throw new MalformedJson(MalformedJson.Kind.SYNTAX, "not a JSON object", start);
    }
    return new JsonObject(data, span);
  }

  /** The value of a member as it stands, or null. */
  public @Nullable Span get(String name) {
    JsonReader reader = new JsonReader(data, span.start(), span.end(), DEEP_ENOUGH);
    reader.enterObject();
    while (reader.nextMember()) {
      boolean wanted = name.equals(JsonText.content(data, reader.nameStart(), reader.nameEnd()));
      int start = reader.skipValue();
      if (wanted) {
        return new Span(start, reader.position());
      }
    }
    return null;
  }

  public boolean has(String name) {
    return get(name) != null;
  }

  /** Null if there is no such member or it is not a string. */
  public @Nullable String string(String name) {
    return JsonText.string(data, get(name));
  }

  /** Null if there is no such member or it is not an object. */
  public @Nullable JsonObject object(String name) {
    return at(data, get(name));
  }

  /** False if there is no such member or it is not {@code true}. */
  public boolean isTrue(String name) {
    Span value = get(name);
    return value != null && data[value.start()] == 't';
  }

  /** Empty if there is no such member or it is not an integer that fits a long. */
  public OptionalLong integer(String name) {
    Span value = get(name);
    return value == null ? OptionalLong.empty() : integer(data, value);
  }

  /** The integer at the span, written without fraction or exponent. */
  public static OptionalLong integer(byte[] data, Span value) {
    int length = value.length();
    if (length == 0 || length > 20) {
      return OptionalLong.empty();
    }
    boolean negative = data[value.start()] == '-';
    long sum = 0;
    for (int i = value.start() + (negative ? 1 : 0); i < value.end(); i++) {
      int digit = data[i] - '0';
      if (digit < 0 || digit > 9) {
        return OptionalLong.empty();
      }
      // Summed up negatively: the range of a long is wider on that side.
      if (sum < (Long.MIN_VALUE + digit) / 10) {
        return OptionalLong.empty();
      }
      sum = sum * 10 - digit;
    }
    if (!negative && sum == Long.MIN_VALUE) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(negative ? sum : -sum);
  }

  /** A copy of the object's bytes. */
  public byte[] bytes() {
    return span.bytes(data);
  }
}
