package dev.sallyport.demo;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The arguments of a call; all of them may be absent. */
record Arguments(@Nullable JsonObject object) {

  /** More digits than this are not added up: 1e999999999 would be a number of a billion digits. */
  private static final int MOST_DIGITS = 1000;

  @Nullable String string(String name) {
    return object == null ? null : object.string(name);
  }

  /** The string as it stands, with its quotes and escapes. */
  byte @Nullable [] rawString(String name) {
    Span span = object == null ? null : object.get(name);
    return span == null || object == null || object.data()[span.start()] != '"'
        ? null
        : span.bytes(object.data());
  }

  boolean has(String name) {
    return object != null && object.has(name);
  }

  OptionalLong integer(String name) {
    return object == null ? OptionalLong.empty() : object.integer(name);
  }

  /** Null if there is no such number or it is too long. */
  @Nullable BigDecimal number(String name) {
    Span span = object == null ? null : object.get(name);
    if (span == null || object == null || span.length() > MOST_DIGITS) {
      return null;
    }
    byte first = object.data()[span.start()];
    if (first != '-' && (first < '0' || first > '9')) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(span.text(object.data()));
      return Math.abs((long) number.scale()) > MOST_DIGITS ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
