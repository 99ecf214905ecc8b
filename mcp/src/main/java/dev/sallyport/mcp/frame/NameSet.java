package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.MalformedJson;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The member names of one object that are not among those looked for, as positions, to find one
 * that occurs twice. Open addressing with a seed of its own, so that names cannot be chosen to
 * collide.
 */
final class NameSet {

  private static final int SEED = ThreadLocalRandom.current().nextInt() | 1;

  private final byte[] data;
  private long[] spans = new long[8];
  private boolean[] escapes = new boolean[8];
  private int size;

  NameSet(byte[] data) {
    this.data = data;
  }

  /** Adds the name that the reader just read. False if it is here already. */
  boolean add(JsonReader reader) {
    if (size * 2 >= spans.length) {
      grow();
    }
    return put(reader.nameStart(), reader.nameEnd(), reader.nameEscaped());
  }

  private boolean put(int start, int end, boolean escaped) {
    byte @Nullable [] decoded = escaped ? decode(data, start, end) : null;
    int mask = spans.length - 1;
    int slot = (decoded == null ? hash(data, start, end) : hash(decoded, 0, decoded.length)) & mask;
    while (spans[slot] != 0) {
      if (same(slot, start, end, decoded)) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    spans[slot] = Span.pack(start, end);
    escapes[slot] = escaped;
    size++;
    return true;
  }

  private boolean same(int slot, int start, int end, byte @Nullable [] decoded) {
    int otherStart = (int) (spans[slot] >>> 32);
    int otherEnd = (int) spans[slot];
    if (decoded == null && !escapes[slot]) {
      return Arrays.equals(data, start, end, data, otherStart, otherEnd);
    }
    byte[] one = decoded == null ? Arrays.copyOfRange(data, start, end) : decoded;
    byte[] other =
        escapes[slot]
            ? decode(data, otherStart, otherEnd)
            : Arrays.copyOfRange(data, otherStart, otherEnd);
    return Arrays.equals(one, other);
  }

  private void grow() {
    long[] old = spans;
    boolean[] oldEscapes = escapes;
    spans = new long[old.length * 2];
    escapes = new boolean[old.length * 2];
    size = 0;
    for (int i = 0; i < old.length; i++) {
      if (old[i] != 0) {
        put((int) (old[i] >>> 32), (int) old[i], oldEscapes[i]);
      }
    }
  }

  /**
   * A name that has escapes, as UTF-8.
   *
   * @throws MalformedJson if it holds a lone surrogate: two parsers would replace it differently
   */
  static byte[] decode(byte[] data, int start, int end) {
    String text = JsonText.content(data, start, end);
    if (text == null) {
      throw new MalformedJson(
          MalformedJson.Kind.LONE_SURROGATE, "a member name holds a lone surrogate", start);
    }
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static int hash(byte[] bytes, int start, int end) {
    int hash = SEED;
    for (int i = start; i < end; i++) {
      hash = (hash ^ bytes[i]) * 0x01000193;
    }
    hash ^= hash >>> 15;
    hash *= SEED;
    return hash ^ hash >>> 13;
  }
}
