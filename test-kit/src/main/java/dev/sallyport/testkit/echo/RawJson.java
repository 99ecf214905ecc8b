package dev.sallyport.testkit.echo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as the bytes that stand in a message. Assumes well-formed JSON; anything else is
 * reported as {@link IllegalArgumentException}.
 */
public final class RawJson {

  private final byte[] data;
  private final int start;
  private final int end;

  private RawJson(byte[] data, int start, int end) {
    this.data = data;
    this.start = start;
    this.end = end;
  }

  /** The value that {@code data} holds, without the white space around it. */
  public static RawJson of(byte[] data) {
    int from = skipSpace(data, 0);
    return new RawJson(data, from, skipValue(data, from));
  }

  /** The member at {@code path}, or {@code null} when there is none. */
  public @Nullable RawJson at(String... path) {
    RawJson value = this;
    for (String name : path) {
      RawJson member = value.member(name);
      if (member == null) {
        return null;
      }
      value = member;
    }
    return value;
  }

  /** The bytes as they stand in the message. */
  public byte[] bytes() {
    return Arrays.copyOfRange(data, start, end);
  }

  /** The bytes as text. */
  public String text() {
    return new String(data, start, end - start, StandardCharsets.UTF_8);
  }

  /** The decoded string, or the text of any other value. */
  public String string() {
    if (data[start] != '"') {
      return text();
    }
    for (int i = start + 1; i < end - 1; i++) {
      if (data[i] == '\\') {
        return decode();
      }
    }
    return new String(data, start + 1, end - start - 2, StandardCharsets.UTF_8);
  }

  /** The value as a number, or {@code otherwise} when it is none. */
  public static long number(@Nullable RawJson value, long otherwise) {
    return value == null ? otherwise : Long.parseLong(value.text());
  }

  private @Nullable RawJson member(String name) {
    if (data[start] != '{') {
      return null;
    }
    int i = skipSpace(data, start + 1);
    while (data[i] == '"') {
      int nameEnd = skipValue(data, i);
      RawJson found = new RawJson(data, i, nameEnd);
      int from = skipSpace(data, skipSpace(data, nameEnd) + 1);
      int to = skipValue(data, from);
      if (found.string().equals(name)) {
        return new RawJson(data, from, to);
      }
      i = skipSpace(data, to);
      if (data[i] != ',') {
        break;
      }
      i = skipSpace(data, i + 1);
    }
    return null;
  }

  private String decode() {
    try {
      return Json.MAPPER.readValue(data, start, end - start, String.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int skipSpace(byte[] data, int from) {
    int i = from;
    while (i < data.length
        && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t')) {
      i++;
    }
    if (i >= data.length) {
      throw new IllegalArgumentException("JSON ends early");
    }
    return i;
  }

  private static int skipValue(byte[] data, int from) {
    int depth = 0;
    int i = from;
    while (i < data.length) {
      switch (data[i]) {
        case '"' -> i = skipString(data, i);
        case '{', '[' -> {
          depth++;
          i++;
        }
        case '}', ']' -> {
          if (depth == 0) {
            return i;
          }
          depth--;
          i++;
        }
        case ',', ' ', '\n', '\r', '\t' -> {
          if (depth == 0) {
            return i;
          }
          i++;
          continue;
        }
        case ':' -> {
          i++;
          continue;
        }
        default -> {
          i++;
          continue;
        }
      }
      if (depth == 0) {
        return i;
      }
    }
    if (depth == 0) {
      return i;
    }
    throw new IllegalArgumentException("JSON ends early");
  }

  private static int skipString(byte[] data, int from) {
    for (int i = from + 1; i < data.length; i++) {
      if (data[i] == '\\') {
        i++;
      } else if (data[i] == '"') {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("JSON ends inside a string");
  }
}
