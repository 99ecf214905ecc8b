package dev.sallyport.cli.stdio;

import dev.sallyport.cli.stdio.http.Sent;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.sse.SseDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads what the gateway answers. */
final class Answers {

  private static final int LARGEST = Limits.DEFAULT.maxBytes();

  /** What was read. */
  sealed interface Read {

    /** A body that is no event stream. */
    record Whole(byte[] body) implements Read {}

    /**
     * An event stream that has ended, or broke off.
     *
     * @param lastEventId empty if it gave none
     * @param retry what the gateway asks to wait before the stream is taken up again
     */
    record Events(String lastEventId, Optional<Duration> retry) implements Read {}

    /** A body that broke off. */
    record Broken() implements Read {}

    record TooLarge() implements Read {}
  }

  private Answers() {}

  static boolean isStream(Sent.Answered answer) {
    String type = answer.header("Content-Type");
    return answer.status() == 200
        && type != null
        && type.toLowerCase(Locale.ROOT).startsWith(GatewayLink.EVENT_STREAM);
  }

  /** Reads to the end and hands over each message of a stream as it comes. */
  static Read read(Sent.Answered answer, Consumer<byte[]> messages) {
    return isStream(answer) ? events(answer.body(), messages) : whole(answer.body());
  }

  private static Read whole(InputStream body) {
    try {
      byte[] bytes = body.readNBytes(LARGEST + 1);
      return bytes.length > LARGEST ? new Read.TooLarge() : new Read.Whole(bytes);
    } catch (IOException e) {
      return new Read.Broken();
    }
  }

  private static Read events(InputStream body, Consumer<byte[]> messages) {
    SseDecoder decoder = new SseDecoder(LARGEST);
    byte[] chunk = new byte[16 * 1024];
    try {
      for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
        SseDecoder.Fed fed =
            decoder.feed(
                chunk,
                0,
                read,
                event -> {
                  if (event.type().equals("message") && event.data().length > 0) {
                    messages.accept(event.data());
                  }
                });
        if (fed == SseDecoder.Fed.EVENT_TOO_LARGE) {
          return new Read.TooLarge();
        }
      }
    } catch (IOException brokenOff) {
      // Told by the missing answer, and taken up again where the era can.
    }
    return new Read.Events(decoder.lastEventId(), decoder.retry());
  }
}
