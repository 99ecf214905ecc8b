package dev.sallyport.executor.upstream.http;

import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.sse.SseDecoder;
import dev.sallyport.mcp.sse.SseEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One GET that is answered with an event stream, until it ends. */
public final class EventStream {

  static final String TYPE = "text/event-stream";

  /** Told what happens, in order, on one event loop. {@code ended} comes exactly once. */
  public interface Reader {

    /** The server answered with an event stream. */
    default void opened() {}

    void event(SseEvent event);

    void ended(End end);
  }

  /**
   * How a stream ended.
   *
   * @param status of the HTTP answer; 0 when there was none
   * @param opened whether it was an event stream at all
   * @param lastEventId empty if none was given
   * @param retry what the server asked to wait
   * @param tooLarge an event was larger than allowed
   */
  public record End(
      int status, boolean opened, String lastEventId, Optional<Duration> retry, boolean tooLarge) {}

  private final int maxEventBytes;
  private final Reader reader;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean closed;
  private volatile @Nullable Abort abort;

  private EventStream(int maxEventBytes, Reader reader) {
    this.maxEventBytes = maxEventBytes;
    this.reader = reader;
  }

  /**
   * Opens a stream.
   *
   * @param mark adds headers
   * @param lastEventId where to go on; empty for a new stream
   */
  public static EventStream open(
      HttpTarget target,
      Consumer<MultiMap> mark,
      String lastEventId,
      int maxEventBytes,
      Reader reader) {
    EventStream stream = new EventStream(maxEventBytes, reader);
    RequestOptions options = target.request(HttpMethod.GET, TYPE);
    mark.accept(options.getHeaders());
    if (!lastEventId.isEmpty()) {
      options.putHeader(McpHeaders.LAST_EVENT_ID, lastEventId);
    }
    target
        .open(options)
        .onFailure(failure -> stream.end(new End(0, false, lastEventId, Optional.empty(), false)))
        .onSuccess(
            ready -> {
              stream.abort = Abort.of(ready);
              if (stream.closed) {
                stream.reset();
              }
              ready
                  .send()
                  .onFailure(
                      failure ->
                          stream.end(new End(0, false, lastEventId, Optional.empty(), false)))
                  .onSuccess(response -> stream.read(response, lastEventId));
            });
    return stream;
  }

  /** Whether a content type is that of an event stream. */
  static boolean isEventStream(@Nullable String contentType) {
    return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(TYPE);
  }

  /** Ends the stream, if it has not ended; the reader is told. */
  public void close() {
    closed = true;
    if (!ended.get()) {
      reset();
    }
  }

  private void reset() {
    Abort open = abort;
    if (open != null) {
      open.now();
    }
  }

  private void read(HttpClientResponse response, String lastEventId) {
    if (response.statusCode() != 200
        || !isEventStream(response.getHeader(HttpHeaders.CONTENT_TYPE))) {
      response.exceptionHandler(ignored -> {});
      end(new End(response.statusCode(), false, lastEventId, Optional.empty(), false));
      reset();
      return;
    }
    reader.opened();
    SseDecoder decoder = new SseDecoder(maxEventBytes);
    response.exceptionHandler(failure -> end(opened(decoder, lastEventId, false)));
    response.endHandler(nothing -> end(opened(decoder, lastEventId, false)));
    response.handler(
        chunk -> {
          if (decoder.feed(chunk.getBytes(), reader::event) == SseDecoder.Fed.EVENT_TOO_LARGE) {
            end(opened(decoder, lastEventId, true));
            reset();
          }
        });
  }

  private static End opened(SseDecoder decoder, String before, boolean tooLarge) {
    String last = decoder.lastEventId().isEmpty() ? before : decoder.lastEventId();
    return new End(200, true, last, decoder.retry(), tooLarge);
  }

  private void end(End how) {
    if (ended.compareAndSet(false, true)) {
      reader.ended(how);
    }
  }
}
