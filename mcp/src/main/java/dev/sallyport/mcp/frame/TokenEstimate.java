package dev.sallyport.mcp.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens an answer is for the model that it is given to, about. One look at each byte,
 * without a tree and without allocating; less than a microsecond for a KiB, and twice that where
 * every character is escaped (benchmark {@code FrameBenchmark}).
 *
 * <p>Every pair of neighbouring bytes has a weight by their classes (a letter after a space begins
 * a word, which is most of a token; a letter after a letter goes on with it). The weights were
 * fitted to the tokenizer {@code o200k_base} over English, code, JSON, HTML, tables, hashes and six
 * other languages, as they stand in the strings of a JSON answer: an escape counts as what it
 * stands for. {@code TokenEstimateTest} holds the error of texts of some thousand bytes: at most 15
 * % for English, source code, JSON, base64 and hexadecimal, at most 25 % for other written
 * languages, escaped as {@code \\uXXXX} or not. Tokenizers of other models differ from that one by
 * as much.
 *
 * <p>What counts: the result, or the error, but for {@code _meta}. Of {@code structuredContent} and
 * all the rest the larger counts: they say the same, and a model is given one of them.
 *
 * <p>Blobs: the base64 of a member {@code data} or {@code blob} (images, audio, binary resources)
 * is no text to a model. From {@value #LEAST_BLOB} bytes on it counts one token for each {@value
 * #BLOB_BYTES} bytes that it stands for, at least {@value #BLOB_LEAST} and at most {@value
 * #BLOB_MOST}: between the least and the most that models count for a picture. Base64 anywhere else
 * is text.
 */
public final class TokenEstimate {

  /** A blob that is shorter may count as text. */
  static final int LEAST_BLOB = 512;

  static final int BLOB_BYTES = 100;
  static final int BLOB_LEAST = 85;
  static final int BLOB_MOST = 1_600;

  /** So many bytes are looked at before it is asked whether they are part of a blob. */
  private static final int WINDOW = LEAST_BLOB / 2;

  /** Bytes of an escape such as {@code \u005cu00e9}. */
  private static final int ESCAPE = 6;

  /** A token in weights. */
  private static final int TOKEN = 256;

  /** No text has fewer tokens than one for 64 bytes, whatever the weights say. */
  private static final int LEAST = TOKEN / 64;

  private static final int LOWER = 0;
  private static final int UPPER = 1;
  private static final int DIGIT = 2;
  private static final int SPACE = 3;
  private static final int LINE = 4;
  private static final int QUOTE = 5;
  private static final int BACKSLASH = 6;
  private static final int STOP = 7;
  private static final int SIGN = 8;
  private static final int OTHER = 9;

  /** The letter u, which after a backslash begins an escape of six bytes. */
  private static final int U = 10;

  private static final int LEAD_OF_2 = 11;
  private static final int LEAD_OF_3 = 12;

  /** Of dashes, quotation marks and other signs. */
  private static final int LEAD_OF_SIGN = 13;

  private static final int LEAD_OF_4 = 14;
  private static final int CONTINUATION = 15;

  private static final int CLASS = 0xf;
  private static final int CLASS_BITS = 4;

  /** Set where the byte is not of base64, nor of an escape within it. */
  private static final int NO_BLOB = 0x10;

  private static final byte[] CLASSES = classes();

  /**
   * By the class of the byte before and that of the byte, in parts of a {@link #TOKEN}. Negative
   * where an escape of six bytes begins.
   */
  private static final short[] WEIGHTS = {
    34, 148, 350, 164, 73, 0, 127, 118, 122, 67, 40, 233, 14, 40, 52, 51,
    77, 92, 581, 0, 51, 45, 0, 85, 83, 135, 110, 0, 0, 51, 51, 51,
    254, 486, 0, 254, 50, 176, 304, 198, 179, 251, 84, 61, 31, 54, 51, 51,
    6, 54, 206, 12, 51, 141, 60, 151, 66, 282, 283, 0, 19, 2, 51, 51,
    51, 51, 51, 158, 184, 136, 51, 51, 51, 193, 51, 51, 51, 51, 51, 51,
    65, 0, 42, 161, 83, 53, 108, 260, 8, 0, 72, 141, 623, 107, 63, 51,
    95, 61, 58, 32, 51, 5, 57, 59, 99, 60, -1, 51, 55, 51, 51, 51,
    16, 41, 427, 140, 258, 128, 0, 115, 84, 159, 8, 69, 79, 47, 53, 51,
    124, 126, 169, 81, 51, 37, 256, 12, 8, 38, 73, 42, 85, 55, 51, 51,
    313, 0, 129, 48, 128, 166, 20, 146, 236, 0, 76, 75, 0, 114, 51, 51,
    22, 149, 222, 239, 51, 53, 84, 37, 80, 65, 102, 50, 55, 51, 51, 51,
    51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 0,
    51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 0,
    51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 111,
    51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 413,
    10, 0, 50, 0, 51, 681, 171, 0, 46, 0, 64, 78, 18, 50, 400, 171,
  };

  private static final byte[] DATA = "\"data\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BLOB = "\"blob\"".getBytes(StandardCharsets.US_ASCII);

  private TokenEstimate() {}

  /** About how many tokens the answer is; at least 1. */
  public static long of(Frame.Response answer) {
    Span said = answer.result() != null ? answer.result() : answer.error();
    if (said == null) {
      return 1;
    }
    Span structured = answer.structuredContent();
    long text = without(answer.data(), said, structured, answer.resultMeta());
    long data = structured == null ? 0 : weigh(answer.data(), structured.start(), structured.end());
    return Math.max(1, (Math.max(text, data) + TOKEN - 1) / TOKEN);
  }

  /** The parts that are left out follow each other in whatever order. */
  private static long without(byte[] data, Span whole, @Nullable Span one, @Nullable Span other) {
    Span first = one == null || (other != null && other.start() < one.start()) ? other : one;
    if (first == null) {
      return weigh(data, whole.start(), whole.end());
    }
    Span second = first == one ? other : one;
    long weight = weigh(data, whole.start(), first.start());
    if (second == null) {
      return weight + weigh(data, first.end(), whole.end());
    }
    return weight
        + weigh(data, first.end(), second.start())
        + weigh(data, second.end(), whole.end());
  }

  private static long weigh(byte[] data, int from, int to) {
    long weight = 0;
    int at = from;
    boolean escapes = false;
    while (at < to) {
      int end = Math.min(to, at + WINDOW);
      if (end - at < WINDOW || !mayBeBlob(data, at, end)) {
        long text = escapes ? -1 : text(data, from, at, end);
        if (text < 0) {
          end = withEscapesEnd(data, end, to);
          text = withEscapes(data, from, at, end);
        }
        escapes = end + 1 < to && data[end] == '\\' && data[end + 1] == 'u';
        weight += text;
        at = end;
        continue;
      }
      // What is before began in the window before: a whole one would have been taken with it.
      int start = at;
      while (start > from && isOfBlob(data[start - 1])) {
        start--;
      }
      while (end < to && isOfBlob(data[end])) {
        end++;
      }
      weight +=
          isBlob(data, from, start, end, to)
              ? blob(end - start) - run(data, from, start, at)
              : run(data, from, at, end);
      at = end;
    }
    return Math.max(0, weight);
  }

  /** Seen after a few bytes of what is none. */
  private static boolean mayBeBlob(byte[] data, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isOfBlob(data[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfBlob(byte one) {
    return (CLASSES[one & 0xff] & NO_BLOB) == 0;
  }

  private static boolean isBlob(byte[] data, int from, int start, int end, int to) {
    if (start == from || data[start - 1] != '"' || end == to || data[end] != '"') {
      return false;
    }
    int name = backOverSpace(data, from, start - 1);
    if (name == from || data[name - 1] != ':') {
      return false;
    }
    name = backOverSpace(data, from, name - 1);
    return endsWith(data, from, name, DATA) || endsWith(data, from, name, BLOB);
  }

  private static int backOverSpace(byte[] data, int from, int end) {
    int at = end;
    while (at > from && data[at - 1] <= ' ' && data[at - 1] >= 0) {
      at--;
    }
    return at;
  }

  private static boolean endsWith(byte[] data, int from, int end, byte[] name) {
    int start = end - name.length;
    return start >= from && Arrays.equals(name, 0, name.length, data, start, end);
  }

  private static long blob(int characters) {
    return Math.clamp(characters / 4L * 3 / BLOB_BYTES, BLOB_LEAST, BLOB_MOST) * TOKEN;
  }

  private static long run(byte[] data, int from, int start, int end) {
    long weight = text(data, from, start, end);
    return weight < 0 ? withEscapes(data, from, start, end) : weight;
  }

  /**
   * The loop has no branch: its time does not depend on what the text says.
   *
   * @return negative when there are escapes of six bytes
   */
  private static long text(byte[] data, int from, int start, int end) {
    int before = before(data, from, start);
    long weight = 0;
    int escapes = 0;
    for (int i = start; i < end; i++) {
      int now = CLASSES[data[i] & 0xff] & CLASS;
      int pair = WEIGHTS[before << CLASS_BITS | now];
      weight += pair;
      escapes |= pair;
      before = now;
    }
    return escapes < 0 ? -1 : Math.max(weight, (long) (end - start) * LEAST);
  }

  /** An escape that begins before the end is looked at as a whole. */
  private static int withEscapesEnd(byte[] data, int end, int to) {
    for (int i = end - 1; i > end - ESCAPE; i--) {
      if (data[i] == '\\') {
        return Math.min(to, i + ESCAPE);
      }
    }
    return end;
  }

  /** As if what is escaped stood there itself in UTF-8. */
  private static long withEscapes(byte[] data, int from, int start, int end) {
    int before = before(data, from, start);
    long weight = 0;
    for (int i = start; i < end; i++) {
      if (data[i] != '\\' || i + 1 == end) {
        int now = CLASSES[data[i] & 0xff] & CLASS;
        weight += Math.max(0, WEIGHTS[before << CLASS_BITS | now]);
        before = now;
      } else if (data[i + 1] != 'u' || i + ESCAPE > end) {
        // Of an escaped backslash neither begins an escape.
        int now = CLASSES[data[i + 1] & 0xff] & CLASS;
        weight += WEIGHTS[before << CLASS_BITS | BACKSLASH];
        weight += Math.max(0, WEIGHTS[BACKSLASH << CLASS_BITS | now]);
        before = now;
        i++;
      } else {
        int unit = unit(data, i + 2);
        i += ESCAPE - 1;
        if (unit < 0x80) {
          int now = CLASSES[unit] & CLASS;
          weight += Math.max(0, WEIGHTS[before << CLASS_BITS | now]);
          before = now;
        } else {
          int lead = lead(unit);
          weight += WEIGHTS[before << CLASS_BITS | lead];
          weight += WEIGHTS[lead << CLASS_BITS | CONTINUATION];
          if (lead == LEAD_OF_3 || lead == LEAD_OF_SIGN) {
            weight += WEIGHTS[CONTINUATION << CLASS_BITS | CONTINUATION];
          }
          before = CONTINUATION;
        }
      }
    }
    return Math.max(weight, (long) (end - start) * LEAST);
  }

  private static int before(byte[] data, int from, int start) {
    return start == from ? QUOTE : CLASSES[data[start - 1] & 0xff] & CLASS;
  }

  /** Class of the first byte that the unit of UTF-16 has in UTF-8; of each half of a pair two. */
  private static int lead(int unit) {
    if (unit < 0x800) {
      return LEAD_OF_2;
    }
    return switch (unit >> 10) {
      case 0xd800 >> 10 -> LEAD_OF_4;
      case 0xdc00 >> 10 -> CONTINUATION;
      default -> unit >> 12 == 2 ? LEAD_OF_SIGN : LEAD_OF_3;
    };
  }

  /** The scanner has seen that these are hexadecimal digits. */
  private static int unit(byte[] data, int start) {
    return digit(data[start]) << 12
        | digit(data[start + 1]) << 8
        | digit(data[start + 2]) << 4
        | digit(data[start + 3]);
  }

  private static int digit(byte one) {
    return (one & 0xf) + (one >> 6) * 9 & 0xf;
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    Arrays.fill(classes, (byte) (OTHER | NO_BLOB));
    Arrays.fill(classes, 'a', 'z' + 1, (byte) LOWER);
    Arrays.fill(classes, 'A', 'Z' + 1, (byte) UPPER);
    Arrays.fill(classes, '0', '9' + 1, (byte) DIGIT);
    classes['u'] = U;
    classes[' '] = SPACE | NO_BLOB;
    set(classes, "\t\n\r", LINE | NO_BLOB);
    classes['"'] = QUOTE | NO_BLOB;
    // Some servers escape the slashes of base64, or break it into lines.
    classes['\\'] = BACKSLASH;
    set(classes, ".,;:!?'", STOP | NO_BLOB);
    set(classes, "_-@#$%&*", SIGN | NO_BLOB);
    set(classes, "/+=", SIGN);
    Arrays.fill(classes, 0x80, 0xc0, (byte) (CONTINUATION | NO_BLOB));
    Arrays.fill(classes, 0xc0, 0xe0, (byte) (LEAD_OF_2 | NO_BLOB));
    Arrays.fill(classes, 0xe0, 0xf0, (byte) (LEAD_OF_3 | NO_BLOB));
    classes[0xe2] = LEAD_OF_SIGN | NO_BLOB;
    Arrays.fill(classes, 0xf0, 0x100, (byte) (LEAD_OF_4 | NO_BLOB));
    return classes;
  }

  private static void set(byte[] classes, String of, int value) {
    for (int i = 0; i < of.length(); i++) {
      classes[of.charAt(i)] = (byte) value;
    }
  }
}
