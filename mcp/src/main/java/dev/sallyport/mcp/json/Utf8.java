package dev.sallyport.mcp.json;

import dev.sallyport.mcp.json.MalformedJson.Kind;

/** Checks characters beyond ASCII: no overlong forms, no surrogates, nothing over U+10FFFF. */
final class Utf8 {

  private Utf8() {}

  /** RFC 3629 section 4, starting at a byte over 127; goes on while such bytes follow. */
  static int skip(byte[] d, int from, int limit) {
    int p = from;
    while (p < limit) {
      int b = d[p];
      if (b >= 0) {
        return p;
      }
      if (b < (byte) 0xC2) {
        throw invalid(p);
      }
      if (b < (byte) 0xE0) {
        if (limit - p < 2 || d[p + 1] >= (byte) 0xC0) {
          throw invalid(p);
        }
        p += 2;
      } else if (b < (byte) 0xF0) {
        if (limit - p < 3 || d[p + 1] >= (byte) 0xC0 || d[p + 2] >= (byte) 0xC0) {
          throw invalid(p);
        }
        int second = d[p + 1] & 0xFF;
        if ((b == (byte) 0xE0 && second < 0xA0) || (b == (byte) 0xED && second > 0x9F)) {
          throw invalid(p);
        }
        p += 3;
      } else {
        if (b > (byte) 0xF4
            || limit - p < 4
            || d[p + 1] >= (byte) 0xC0
            || d[p + 2] >= (byte) 0xC0
            || d[p + 3] >= (byte) 0xC0) {
          throw invalid(p);
        }
        int second = d[p + 1] & 0xFF;
        if ((b == (byte) 0xF0 && second < 0x90) || (b == (byte) 0xF4 && second > 0x8F)) {
          throw invalid(p);
        }
        p += 4;
      }
    }
    return p;
  }

  private static MalformedJson invalid(int at) {
    return new MalformedJson(Kind.INVALID_UTF8, "invalid UTF-8", at);
  }
}
