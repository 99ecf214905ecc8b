package dev.sallyport.cli.stdio.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Status line and headers (RFC 9112, sections 4 and 5). */
record AnswerHead(int status, Map<String, String> headers) {

  private static final int LARGEST = 64 * 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?");

  /** Reads the head of the answer proper; what comes before it (100, 103) is passed over. */
  static AnswerHead read(InputStream in) throws IOException {
    AnswerHead head = readOne(in);
    while (head.status < 200) {
      head = readOne(in);
    }
    return head;
  }

  private static AnswerHead readOne(InputStream in) throws IOException {
    int[] room = {LARGEST};
    String first = line(in, room);
    if (!STATUS.matcher(first).matches()) {
      throw new IOException("not an HTTP answer");
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in, room); !line.isEmpty(); line = line(in, room)) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IOException("not a header");
      }
      headers.putIfAbsent(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new AnswerHead(Integer.parseInt(first.substring(9, 12)), headers);
  }

  private static String line(InputStream in, int[] room) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (--room[0] < 0) {
        throw new IOException("the head is too large");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  boolean saysClose() {
    return headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close");
  }
}
