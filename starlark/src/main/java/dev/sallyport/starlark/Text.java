package dev.sallyport.starlark;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Between strings, whose elements are UTF-16, and UTF-8. */
final class Text {
  private static final String[] CHARS = new String[128];

  static {
    for (int i = 0; i < CHARS.length; i++) {
      CHARS[i] = String.valueOf((char) i);
    }
  }

  private Text() {}

  static String ofChar(char c) {
    return c < CHARS.length ? CHARS[c] : String.valueOf(c);
  }

  /** The length of the valid UTF-8 sequence at an index, or 0. */
  static int sequenceAt(byte[] data, int at) {
    int first = data[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > data.length) {
      return 0;
    }
    int point = first & (0x7f >> length);
    for (int i = 1; i < length; i++) {
      int next = data[at + i] & 0xff;
      if ((next & 0xc0) != 0x80) {
        return 0;
      }
      point = (point << 6) | (next & 0x3f);
    }
    boolean valid =
        length == 2
            || (length == 3 && point >= 0x800 && (point < 0xd800 || point > 0xdfff))
            || (length == 4 && point >= 0x10000 && point <= Character.MAX_CODE_POINT);
    return valid ? length : 0;
  }

  /** Each byte that is not part of a valid sequence becomes U+FFFD. */
  static String decode(byte[] data) {
    StringBuilder out = new StringBuilder(data.length);
    int i = 0;
    while (i < data.length) {
      int length = sequenceAt(data, i);
      if (length == 0) {
        out.append('\ufffd');
        i++;
      } else {
        if (length == 1) {
          out.append((char) data[i]);
        } else {
          out.append(new String(data, i, length, StandardCharsets.UTF_8));
        }
        i += length;
      }
    }
    return out.toString();
  }

  /** Each half of a surrogate pair that stands alone becomes U+FFFD. */
  static byte[] encode(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      if (Printer.loneSurrogate(text, i)) {
        out.writeBytes(text.substring(plain, i).getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[] {(byte) 0xef, (byte) 0xbf, (byte) 0xbd});
        plain = i + 1;
      }
    }
    out.writeBytes(text.substring(plain).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  /** The text with U+FFFD for what is not valid Unicode. */
  static String valid(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Printer.loneSurrogate(text, i)) {
        return new String(encode(text), StandardCharsets.UTF_8);
      }
    }
    return text;
  }

  /** The number of bytes that the text takes as UTF-8. */
  static long utf8Length(String text) {
    long count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      count += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
    }
    return count;
  }
}
