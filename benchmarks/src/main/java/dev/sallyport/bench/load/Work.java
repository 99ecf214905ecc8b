package dev.sallyport.bench.load;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is asked for, over and over, and how its answers are judged. All of revision 2026-07-28. */
enum Work {
  /** One call of a tool, some 300 bytes, answered as JSON. */
  CALL("tools/call") {
    @Override
    String members(String subject, @Nullable String cursor) {
      return "\"name\":\""
          + subject
          + "\",\"arguments\":{\"path\":\"src/main/java/App.java\",\"line\":42,\"text\":\"the quick brown fox"
          + " jumps over the lazy dog\"},";
    }
  },

  /** One call with {@link #STEPS} progress notifications, answered as an event stream. */
  STREAM("tools/call") {
    @Override
    String members(String subject, @Nullable String cursor) {
      return "\"name\":\"" + subject + "\",\"arguments\":{\"millis\":1,\"steps\":" + STEPS + "},";
    }

    @Override
    String meta() {
      return "\"progressToken\":1,";
    }

    @Override
    @Nullable String wrong(byte[] body) {
      int progress = count(body, PROGRESS);
      return progress == STEPS
          ? super.wrong(body)
          : progress + " progress notifications instead of " + STEPS;
    }
  },

  /** The whole list of tools, page by page. */
  LIST("tools/list") {
    @Override
    String members(String subject, @Nullable String cursor) {
      return cursor == null ? "" : "\"cursor\":\"" + cursor + "\",";
    }

    @Override
    @Nullable String nextCursor(byte[] body) {
      int at = indexOf(body, CURSOR, Math.max(0, body.length - FOOT));
      if (at < 0) {
        return null;
      }
      int start = at + CURSOR.length;
      int end = start;
      while (body[end] != '"') {
        end++;
      }
      return new String(body, start, end - start, StandardCharsets.US_ASCII);
    }
  },

  /** One resource of the size that its URI says. */
  READ("resources/read") {
    @Override
    String members(String subject, @Nullable String cursor) {
      return "\"uri\":\"" + subject + "\",";
    }

    @Override
    @Nullable String wrong(byte[] body) {
      return body.length < FOOT ? "only " + body.length + " bytes" : super.wrong(body);
    }
  };

  /** Progress notifications of one {@link #STREAM}. */
  static final int STEPS = 10;

  /** Where a cursor stands after the entries of a page, in bytes from the end. */
  private static final int FOOT = 2_048;

  private static final byte[] ERROR = ascii("\"isError\":true");
  private static final byte[] RESULT = ascii("\"result\"");
  private static final byte[] PROGRESS = ascii("notifications/progress");
  private static final byte[] CURSOR = ascii("\"nextCursor\":\"");

  private final String method;

  Work(String method) {
    this.method = method;
  }

  String method() {
    return method;
  }

  /** What {@code Mcp-Name} says; null for none. */
  @Nullable String mirrored(String subject) {
    return this == LIST ? null : subject;
  }

  /** Members of {@code params} but {@code _meta}, each with a comma after it. */
  abstract String members(String subject, @Nullable String cursor);

  /** Members of {@code _meta} beside the usual ones, each with a comma after it. */
  String meta() {
    return "";
  }

  /** What is wrong with an answer of status 200; null when nothing is. */
  @Nullable String wrong(byte[] body) {
    int from = this == CALL ? 0 : Math.max(0, body.length - FOOT);
    boolean fine =
        indexOf(body, RESULT, this == STREAM ? from : 0) >= 0 && indexOf(body, ERROR, from) < 0;
    return fine ? null : new String(body, 0, Math.min(200, body.length), StandardCharsets.UTF_8);
  }

  /** Where the list goes on; null at its end, and for everything but a list. */
  @Nullable String nextCursor(byte[] body) {
    return null;
  }

  Buffer body(long id, String subject, @Nullable String cursor) {
    return Buffer.buffer(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"method\":\""
            + method
            + "\",\"params\":{"
            + members(subject, cursor)
            + "\"_meta\":{"
            + meta()
            + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"ladder\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}");
  }

  static Work of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static int count(byte[] data, byte[] wanted) {
    int count = 0;
    for (int at = indexOf(data, wanted, 0); at >= 0; at = indexOf(data, wanted, at + 1)) {
      count++;
    }
    return count;
  }

  private static int indexOf(byte[] data, byte[] wanted, int from) {
    for (int i = from; i <= data.length - wanted.length; i++) {
      if (data[i] == wanted[0]
          && Arrays.equals(data, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
