package dev.sallyport.starlark.syntax;

import dev.sallyport.starlark.Bytes;
import dev.sallyport.starlark.StarlarkException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One string or bytes literal (sections "String literals" and "Bytes literals"). */
final class TextLiteral {
  private final Source source;
  private final String text;
  private final int begin;
  private final boolean raw;
  private final boolean bytes;
  private final StringBuilder chars = new StringBuilder();
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private int at;

  TextLiteral(Source source, int begin, int quoteAt, boolean raw, boolean bytes) {
    this.source = source;
    this.text = source.text();
    this.begin = begin;
    this.at = quoteAt;
    this.raw = raw;
    this.bytes = bytes;
  }

  int end() {
    return at;
  }

  Object read() {
    char quote = text.charAt(at);
    boolean triple = text.startsWith(String.valueOf(quote).repeat(3), at);
    at += triple ? 3 : 1;
    while (true) {
      if (at >= text.length()) {
        throw error(begin, "the string is never closed", null);
      }
      char c = text.charAt(at);
      if (c == quote && (!triple || text.startsWith(String.valueOf(quote).repeat(3), at))) {
        at += triple ? 3 : 1;
        break;
      }
      if (c == '\n' || c == '\r') {
        if (!triple) {
          throw error(
              begin,
              "the string is not closed on its line",
              "use \"\"\" for a string of many lines");
        }
        newline();
        put('\n');
      } else if (c == '\\') {
        escape();
      } else {
        int point = text.codePointAt(at);
        if (Character.getType(point) == Character.SURROGATE) {
          throw error(at, "the text is not valid Unicode", null);
        }
        put(point);
        at += Character.charCount(point);
      }
    }
    return bytes ? Bytes.of(octets.toByteArray()) : chars.toString();
  }

  private void newline() {
    if (text.charAt(at) == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
      at++;
    }
    at++;
  }

  private void put(int point) {
    if (bytes) {
      octets.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
    } else {
      chars.appendCodePoint(point);
    }
  }

  private void escape() {
    int backslash = at++;
    if (at >= text.length()) {
      throw error(begin, "the string is never closed", null);
    }
    char c = text.charAt(at);
    if (raw) {
      if (c == '"' || c == '\'') {
        put(c);
        at++;
        return;
      }
      put('\\');
      if (c == '\n' || c == '\r') {
        newline();
        put('\n');
      } else if (c == '\\') {
        put('\\');
        at++;
      }
      return;
    }
    at++;
    switch (c) {
      case 'a' -> put(7);
      case 'b' -> put(8);
      case 'f' -> put(12);
      case 'n' -> put(10);
      case 'r' -> put(13);
      case 't' -> put(9);
      case 'v' -> put(11);
      case '\\', '\'', '"' -> put(c);
      case '\n', '\r' -> {
        at--;
        newline();
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = c - '0';
        for (int i = 0; i < 2 && at < text.length(); i++) {
          int digit = text.charAt(at) - '0';
          if (digit < 0 || digit > 7) {
            break;
          }
          value = value * 8 + digit;
          at++;
        }
        element(backslash, value);
      }
      case 'x' -> element(backslash, hex(backslash, 2));
      case 'u' -> unicode(backslash, 4);
      case 'U' -> unicode(backslash, 8);
      default ->
          throw error(
              backslash,
              "unknown escape '\\" + Character.toString(text.codePointAt(at - 1)) + "'",
              "write \\\\ for a backslash, or r\"...\" for a raw string");
    }
  }

  private int hex(int backslash, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit =
          at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw error(backslash, "the escape needs " + digits + " hexadecimal digits", null);
      }
      value = (value << 4) | digit;
      at++;
    }
    return value;
  }

  private void element(int backslash, int value) {
    if (bytes) {
      if (value > 255) {
        throw error(backslash, "the escape is greater than 255", null);
      }
      octets.write(value);
    } else if (value > 127) {
      throw error(
          backslash,
          "the escape is greater than 127",
          "write a character as \\u00e9, or bytes as b\"\\xe9\"");
    } else {
      put(value);
    }
  }

  private void unicode(int backslash, int digits) {
    int value = hex(backslash, digits);
    if (value < 0 || value > Character.MAX_CODE_POINT || (value >= 0xD800 && value <= 0xDFFF)) {
      throw error(backslash, String.format("invalid Unicode code point U+%04X", value), null);
    }
    put(value);
  }

  private StarlarkException error(int offset, String message, @Nullable String hint) {
    return StarlarkException.in(
        StarlarkException.Kind.SYNTAX, source.position(offset), message, hint);
  }
}
