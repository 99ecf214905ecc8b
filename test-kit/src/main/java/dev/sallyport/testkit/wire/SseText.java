package dev.sallyport.testkit.wire;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A whole event stream in memory. Written apart from the product's decoder, to judge it. */
final class SseText {

  private SseText() {}

  /** The data of every event that has some. */
  static List<byte[]> data(byte[] stream) {
    List<byte[]> events = new ArrayList<>();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int lines = 0;
    int from = 0;
    for (int i = 0; i <= stream.length; i++) {
      boolean end = i == stream.length;
      if (!end && stream[i] != '\n' && stream[i] != '\r') {
        continue;
      }
      byte[] line = Arrays.copyOfRange(stream, from, i);
      if (!end && stream[i] == '\r' && i + 1 < stream.length && stream[i + 1] == '\n') {
        i++;
      }
      from = i + 1;
      if (line.length == 0) {
        if (data.size() > 0) {
          events.add(data.toByteArray());
        }
        data.reset();
        lines = 0;
      } else if (startsWith(line, "data:")) {
        if (lines++ > 0) {
          data.write('\n');
        }
        int start = line.length > 5 && line[5] == ' ' ? 6 : 5;
        data.write(line, start, line.length - start);
      }
    }
    return events;
  }

  private static boolean startsWith(byte[] line, String prefix) {
    if (line.length < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (line[i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
