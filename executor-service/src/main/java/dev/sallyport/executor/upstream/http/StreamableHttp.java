package dev.sallyport.executor.upstream.http;

import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.Transport;
import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.sse.SseDecoder;
import dev.sallyport.mcp.sse.SseEvent;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Streamable HTTP: a POST for each message, answered with one JSON object or an event stream. Runs
 * on event loops; nothing here waits.
 */
public final class StreamableHttp implements Transport {

  private static final String ACCEPT = "application/json, text/event-stream";
  private static final int MAX_ERROR_BODY = 64 * 1024;
  static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** How long a server may keep a stream open after its answer, before we do not reuse it. */
  private static final long LINGER_MILLIS = 1_000;

  private final Vertx vertx;
  private final HttpTarget target;
  private final HttpEra era;
  private final Inbox inbox;
  private final int maxAnswer;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final StandingStream standing;

  public StreamableHttp(Vertx vertx, HttpTarget target, HttpEra era, Inbox inbox, int maxAnswer) {
    this.vertx = vertx;
    this.target = target;
    this.era = era;
    this.inbox = inbox;
    this.maxAnswer = maxAnswer;
    this.standing = new StandingStream(vertx, target, era, inbox, maxAnswer);
  }

  @Override
  public void send(Outgoing message, @Nullable Pending pending) {
    send(message, pending, new CompletableFuture<>());
  }

  @Override
  public CompletableFuture<Void> deliver(Outgoing notification) {
    CompletableFuture<Void> delivered = new CompletableFuture<>();
    send(notification, null, delivered);
    return delivered;
  }

  private void send(
      Outgoing message, @Nullable Pending pending, CompletableFuture<Void> delivered) {
    RequestOptions options = target.request(HttpMethod.POST, ACCEPT);
    options.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    message
        .headers()
        .forEach(
            (name, value) -> {
              if (!options.getHeaders().contains(name)) {
                options.putHeader(name, value);
              }
            });
    era.mark(message, options.getHeaders());
    target
        .open(options)
        .onFailure(
            failure -> {
              fail(pending, HttpFailures.notConnected(failure));
              delivered.complete(null);
            })
        .onSuccess(request -> post(request, message, pending, delivered));
  }

  private void post(
      HttpClientRequest request,
      Outgoing message,
      @Nullable Pending pending,
      CompletableFuture<Void> delivered) {
    Abort abort = Abort.of(request);
    if (pending != null) {
      if (pending.isDone()) {
        abort.now();
        return;
      }
      pending.onRelease(abort::now);
      pending.sendBegins();
    }
    request
        .send(Buffer.buffer(Unpooled.wrappedBuffer(message.frame())))
        .onComplete(sent -> delivered.complete(null))
        .onFailure(failure -> fail(pending, TransportFailure.lost()))
        .onSuccess(response -> read(abort, response, message, pending));
  }

  private void read(
      Abort abort, HttpClientResponse response, Outgoing message, @Nullable Pending pending) {
    int status = response.statusCode();
    if (pending == null) {
      if (era.isSessionLost(status)) {
        inbox.retired("The server ended the session.");
      }
      response.exceptionHandler(ignored -> {});
      response.resume();
      return;
    }
    if (status == 200 && EventStream.isEventStream(response.getHeader(HttpHeaders.CONTENT_TYPE))) {
      era.answered(message, response.headers());
      readStream(abort, response, pending);
    } else {
      if (status == 200) {
        era.answered(message, response.headers());
      }
      readBody(response, status, pending);
    }
  }

  private void readBody(HttpClientResponse response, int status, Pending pending) {
    int most = status == 200 ? maxAnswer : Math.min(MAX_ERROR_BODY, maxAnswer);
    Buffer body = Buffer.buffer();
    response.exceptionHandler(failure -> fail(pending, TransportFailure.lost()));
    response.handler(
        chunk -> {
          if (pending.isDone()) {
            return;
          }
          if (body.length() + (long) chunk.length() > most) {
            fail(
                pending,
                status == 200
                    ? TransportFailure.tooLarge()
                    : HttpFailures.status(status, response.headers()));
          } else {
            body.appendBuffer(chunk);
          }
        });
    response.endHandler(nothing -> complete(response, status, body, pending));
  }

  private void complete(HttpClientResponse response, int status, Buffer body, Pending pending) {
    if (pending.isDone()) {
      return;
    }
    byte[] bytes = body.getBytes();
    String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
    boolean json =
        type != null && type.toLowerCase(Locale.ROOT).contains("json") && bytes.length > 0;
    if (status == 200 && json) {
      inbox.message(bytes, 0, bytes.length, pending);
    } else if (era.isSessionLost(status)) {
      // First the connection, so that a call that is tried again waits for the next one.
      inbox.retired("The server ended the session.");
      fail(
          pending,
          TransportFailure.notDelivered(
              ErrorCode.UPSTREAM_DOWN, "The tool's server ended the session."));
    } else if (json && isResponse(bytes) && status != 401 && status != 403) {
      inbox.message(bytes, 0, bytes.length, pending);
    } else {
      fail(pending, HttpFailures.status(status, response.headers()));
    }
  }

  private static boolean isResponse(byte[] bytes) {
    return FrameScanner.scan(bytes) instanceof ScanResult.Scanned(Frame frame)
        && frame instanceof Frame.Response;
  }

  private void readStream(Abort abort, HttpClientResponse response, Pending pending) {
    SseDecoder decoder = new SseDecoder(maxAnswer);
    response.exceptionHandler(failure -> streamEnded(pending, decoder));
    response.endHandler(nothing -> streamEnded(pending, decoder));
    AtomicBoolean lingering = new AtomicBoolean();
    response.handler(
        chunk -> {
          if (pending.isDone()) {
            return;
          }
          SseDecoder.Fed fed = decoder.feed(chunk.getBytes(), event -> event(event, pending));
          if (fed == SseDecoder.Fed.EVENT_TOO_LARGE) {
            fail(pending, TransportFailure.tooLarge());
          }
          if (pending.isDone() && lingering.compareAndSet(false, true)) {
            // An ended stream does not mind; one that is kept open is not worth its connection.
            long timer = vertx.setTimer(LINGER_MILLIS, fired -> abort.now());
            response.endHandler(nothing -> vertx.cancelTimer(timer));
          }
        });
  }

  private void event(SseEvent event, Pending pending) {
    if (event.data().length > 0 && event.type().equals("message") && !pending.isDone()) {
      inbox.message(event.data(), 0, event.data().length, pending);
    }
  }

  private void streamEnded(Pending pending, SseDecoder decoder) {
    if (pending.isDone()) {
      return;
    }
    if (era.resumes() && !decoder.lastEventId().isEmpty()) {
      resume(pending, decoder.lastEventId(), decoder.retry().orElse(DEFAULT_RETRY));
    } else {
      fail(pending, TransportFailure.lost());
    }
  }

  /** 2025-11-25 basic/transports: the server may let the client poll for the rest of a stream. */
  private void resume(Pending pending, String lastEventId, Duration retry) {
    vertx.setTimer(
        millis(retry),
        fired -> {
          if (pending.isDone() || closed.get()) {
            return;
          }
          Resumed reader = new Resumed(pending, retry);
          EventStream stream = EventStream.open(target, era::mark, lastEventId, maxAnswer, reader);
          reader.stream = stream;
          pending.onRelease(stream::close);
        });
  }

  /** The rest of a stream that broke off, on a stream of its own. */
  private final class Resumed implements EventStream.Reader {

    private final Pending pending;
    private final Duration retry;
    private volatile @Nullable EventStream stream;

    Resumed(Pending pending, Duration retry) {
      this.pending = pending;
      this.retry = retry;
    }

    @Override
    public void event(SseEvent event) {
      if (pending.isDone()) {
        return;
      }
      StreamableHttp.this.event(event, pending);
      if (pending.isDone()) {
        // As above: nothing else comes on it, and the server may keep it open.
        vertx.setTimer(LINGER_MILLIS, fired -> close());
      }
    }

    @Override
    public void ended(EventStream.End end) {
      if (pending.isDone()) {
        return;
      }
      if (end.tooLarge()) {
        fail(pending, TransportFailure.tooLarge());
      } else if (end.opened()) {
        resume(pending, end.lastEventId(), end.retry().orElse(retry));
      } else {
        fail(pending, TransportFailure.lost());
      }
    }

    private void close() {
      EventStream open = stream;
      if (open != null) {
        open.close();
      }
    }
  }

  /**
   * Opens the legacy GET stream on which the server speaks unasked, and keeps it open.
   *
   * @return completes when the stream is open, or will not be
   */
  public CompletableFuture<Void> stand() {
    return standing.open();
  }

  /** For a timer: what a server asks to wait, within reason. */
  static long millis(Duration wait) {
    return Math.clamp(wait.toMillis(), 1, LONGEST_RETRY.toMillis());
  }

  private void fail(@Nullable Pending pending, TransportFailure failure) {
    if (pending != null) {
      inbox.failed(pending, failure);
    }
  }

  @Override
  public boolean cancelsByClosing() {
    return era.cancelsByClosing();
  }

  @Override
  public boolean mirrorsArguments() {
    return era.cancelsByClosing();
  }

  @Override
  public boolean tellsOrigin() {
    return true;
  }

  @Override
  public boolean noticesLoss() {
    return false;
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    standing.close();
    if (era.hasSession()) {
      RequestOptions options = target.request(HttpMethod.DELETE, ACCEPT);
      era.mark(options.getHeaders());
      target.open(options).onSuccess(request -> request.send());
    }
  }
}
