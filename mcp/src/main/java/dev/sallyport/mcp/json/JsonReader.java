package dev.sallyport.mcp.json;

import dev.sallyport.mcp.json.MalformedJson.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A strict pull reader over one JSON text (RFC 8259). It allocates nothing: values are positions in
 * the array. Strings are checked while they are skipped: UTF-8 (no overlong forms, no encoded
 * surrogates), no control characters, known escapes only. Duplicate names are the caller's concern.
 *
 * <p>An object is read as {@code enterObject(); while (nextMember()) { … skipValue() or enter… }},
 * an array likewise with {@link #nextElement}.
 *
 * <p>Every method throws {@link MalformedJson} where the text is not JSON.
 */
public final class JsonReader {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * 0x20;

  private final byte[] data;
  private final int end;
  private final int maxDepth;
  private int pos;
  private int depth;
  private boolean first;
  private int nameStart;
  private int nameEnd;
  private boolean nameEscaped;
  private boolean escaped;

  /**
   * @param start index of the first byte
   * @param end index after the last byte
   * @param maxDepth how many objects and arrays may stand inside each other
   */
  public JsonReader(byte[] data, int start, int end, int maxDepth) {
    if (start < 0 || end < start || end > data.length) {
      throw new IndexOutOfBoundsException("start " + start + ", end " + end);
    }
    this.data = data;
    this.end = end;
    this.maxDepth = maxDepth;
    this.pos = start;
  }

  /** Index of the next byte to be read; after a value, the index after it. */
  public int position() {
    return pos;
  }

  /** Refuses a byte order mark, which RFC 8259 forbids to send. */
  public void refuseByteOrderMark() {
    if (end - pos >= 3
        && data[pos] == (byte) 0xEF
        && data[pos + 1] == (byte) 0xBB
        && data[pos + 2] == (byte) 0xBF) {
      throw new MalformedJson(Kind.BYTE_ORDER_MARK, "remove the byte order mark", pos);
    }
  }

  /** Skips white space and returns the byte that follows without reading it, or -1 at the end. */
  public int peek() {
    int p = pos;
    while (p < end) {
      byte b = data[p];
      if (b > ' ' || b < 0) {
        pos = p;
        return b & 0xFF;
      }
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        pos = p;
        return b;
      }
      p++;
    }
    pos = p;
    return -1;
  }

  /** Refuses anything but white space up to the end. */
  public void expectEnd() {
    if (peek() != -1) {
      throw new MalformedJson(Kind.TRAILING_DATA, "data after the end of the JSON text", pos);
    }
  }

  public void enterObject() {
    enter('{');
  }

  public void enterArray() {
    enter('[');
  }

  private void enter(char open) {
    if (peek() != open) {
      throw syntax();
    }
    if (++depth > maxDepth) {
      throw new MalformedJson(Kind.TOO_DEEP, "nested deeper than " + maxDepth + " levels", pos);
    }
    pos++;
    first = true;
  }

  /**
   * Goes to the next member of the object that was entered last; its name is read, its value is
   * next. False at the closing brace, which is read.
   */
  public boolean nextMember() {
    int c = peek();
    if (c == '}') {
      return leave();
    }
    if (first) {
      first = false;
    } else {
      if (c != ',') {
        throw syntax();
      }
      pos++;
      c = peek();
    }
    if (c != '"') {
      throw syntax();
    }
    int start = pos + 1;
    skipString();
    nameStart = start;
    nameEnd = pos - 1;
    nameEscaped = escaped;
    if (peek() != ':') {
      throw syntax();
    }
    pos++;
    return true;
  }

  /** Goes to the next element of the array that was entered last. False at its end. */
  public boolean nextElement() {
    int c = peek();
    if (c == ']') {
      return leave();
    }
    if (first) {
      first = false;
    } else {
      if (c != ',') {
        throw syntax();
      }
      pos++;
      if (peek() == ']') {
        throw syntax();
      }
    }
    return true;
  }

  private boolean leave() {
    pos++;
    depth--;
    first = false;
    return false;
  }

  /** Index of the first byte of the name just read, after its quote. */
  public int nameStart() {
    return nameStart;
  }

  /** Index of the closing quote of the name just read. */
  public int nameEnd() {
    return nameEnd;
  }

  /** Whether the name just read holds escapes, so that its bytes are not its text. */
  public boolean nameEscaped() {
    return nameEscaped;
  }

  /** Whether the string skipped last holds escapes. */
  public boolean stringEscaped() {
    return escaped;
  }

  /** Skips white space and one value, and returns the index of its first byte. */
  public int skipValue() {
    int c = peek();
    int start = pos;
    switch (c) {
      case '"' -> skipString();
      case '{' -> skipObject();
      case '[' -> skipArray();
      case 't' -> skipLiteral('r', 'u', 'e');
      case 'n' -> skipLiteral('u', 'l', 'l');
      case 'f' -> {
        pos++;
        skipLiteral('l', 's', 'e', 'a');
      }
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> skipNumber();
      default -> throw syntax();
    }
    return start;
  }

  private void skipObject() {
    enterObject();
    int c = peek();
    if (c != '}') {
      for (; ; ) {
        if (c != '"') {
          throw syntax();
        }
        skipString();
        if (peek() != ':') {
          throw syntax();
        }
        pos++;
        skipValue();
        c = peek();
        if (c == '}') {
          break;
        }
        if (c != ',') {
          throw syntax();
        }
        pos++;
        c = peek();
      }
    }
    leave();
  }

  private void skipArray() {
    enterArray();
    int c = peek();
    if (c != ']') {
      for (; ; ) {
        skipValue();
        c = peek();
        if (c == ']') {
          break;
        }
        if (c != ',') {
          throw syntax();
        }
        pos++;
      }
    }
    leave();
  }

  private void skipLiteral(char b, char c, char d) {
    if (end - pos < 4 || data[pos + 1] != b || data[pos + 2] != c || data[pos + 3] != d) {
      throw syntax();
    }
    pos += 4;
  }

  private void skipLiteral(char l, char s, char e, char a) {
    if (end - pos < 4
        || data[pos] != a
        || data[pos + 1] != l
        || data[pos + 2] != s
        || data[pos + 3] != e) {
      throw syntax();
    }
    pos += 4;
  }

  /** RFC 8259 section 6: an integer, then maybe a fraction, then maybe an exponent. */
  private void skipNumber() {
    int p = pos;
    if (data[p] == '-') {
      p++;
    }
    if (p < end && data[p] == '0') {
      p++;
    } else {
      p = digits(p);
    }
    if (p < end && data[p] == '.') {
      p = digits(p + 1);
    }
    if (p < end && (data[p] == 'e' || data[p] == 'E')) {
      p++;
      if (p < end && (data[p] == '+' || data[p] == '-')) {
        p++;
      }
      p = digits(p);
    }
    pos = p;
  }

  private int digits(int from) {
    int p = from;
    while (p < end && data[p] >= '0' && data[p] <= '9') {
      p++;
    }
    if (p == from) {
      pos = p;
      throw syntax();
    }
    return p;
  }

  /** Skips the string whose opening quote is the next byte. */
  private void skipString() {
    final byte[] d = data;
    final int limit = end;
    boolean sawEscape = false;
    int p = pos + 1;
    for (; ; ) {
      while (limit - p >= 8) {
        long word = (long) LONGS.get(d, p);
        long quotes = word ^ QUOTES;
        long backslashes = word ^ BACKSLASHES;
        // A byte of a term has its high bit set where the byte is what the term looks for. Borrows
        // can set it wrongly only above a right one, and the lowest is the one that is used.
        long hits =
            (((quotes - ONES) & ~quotes)
                    | ((backslashes - ONES) & ~backslashes)
                    | ((word - SPACES) & ~word)
                    | word)
                & HIGHS;
        if (hits != 0) {
          p += Long.numberOfTrailingZeros(hits) >>> 3;
          break;
        }
        p += 8;
      }
      if (p >= limit) {
        pos = limit;
        throw new MalformedJson(Kind.SYNTAX, "a string is not closed", limit);
      }
      int b = d[p];
      if (b == '"') {
        pos = p + 1;
        escaped = sawEscape;
        return;
      }
      if (b == '\\') {
        sawEscape = true;
        p = skipEscape(p);
      } else if (b < 0) {
        p = Utf8.skip(d, p, limit);
      } else if (b < ' ') {
        throw new MalformedJson(
            Kind.CONTROL_CHARACTER, "a string holds a control character that is not escaped", p);
      } else {
        p++;
      }
    }
  }

  private int skipEscape(int at) {
    if (end - at < 2) {
      throw new MalformedJson(Kind.SYNTAX, "a string is not closed", at);
    }
    switch (data[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return at + 2;
      }
      case 'u' -> {
        if (end - at >= 6
            && (JsonText.hex(data[at + 2])
                    | JsonText.hex(data[at + 3])
                    | JsonText.hex(data[at + 4])
                    | JsonText.hex(data[at + 5]))
                >= 0) {
          return at + 6;
        }
        throw new MalformedJson(Kind.SYNTAX, "an escape is not valid", at);
      }
      default -> throw new MalformedJson(Kind.SYNTAX, "an escape is not valid", at);
    }
  }

  private MalformedJson syntax() {
    return new MalformedJson(Kind.SYNTAX, "not valid JSON at byte " + pos, pos);
  }
}
