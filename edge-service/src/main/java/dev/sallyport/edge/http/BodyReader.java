package dev.sallyport.edge.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.function.Consumer;

/** Gathers the body of a request into one array, up to a cap. */
final class BodyReader {

  private static final int FIRST_ROOM = 64 * 1024;

  private final int cap;
  private byte[] data;
  private int length;
  private boolean tooLarge;

  private BodyReader(int cap, long announced) {
    this.cap = cap;
    // What is announced is believed only so far; the rest must be there first.
    this.data = new byte[(int) Math.min(Math.max(announced, 512), FIRST_ROOM)];
  }

  /** A body: the first {@code length} bytes of an array. */
  record Body(byte[] data, int length) {}

  /** The announced length, or -1. */
  static long announced(HttpServerRequest request) {
    String header = request.getHeader("Content-Length");
    if (header == null) {
      return -1;
    }
    try {
      return Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /**
   * Reads on the event loop.
   *
   * @param whenTooLarge called once when there is more than {@code cap}; what follows is discarded
   */
  static void read(
      HttpServerRequest request, int cap, Consumer<Body> whenRead, Runnable whenTooLarge) {
    BodyReader reader = new BodyReader(cap, announced(request));
    request.handler(
        chunk -> {
          if (!reader.tooLarge && !reader.add(chunk)) {
            reader.tooLarge = true;
            reader.data = new byte[0];
            whenTooLarge.run();
          }
        });
    request.endHandler(
        ignored -> {
          if (!reader.tooLarge) {
            whenRead.accept(new Body(reader.data, reader.length));
          }
        });
    request.resume();
  }

  private boolean add(Buffer chunk) {
    int more = chunk.length();
    if (more > cap - length) {
      return false;
    }
    if (length + more > data.length) {
      data = Arrays.copyOf(data, (int) Math.min(cap, Math.max(data.length * 2L, length + more)));
    }
    chunk.getBytes(0, more, data, length);
    length += more;
    return true;
  }
}
