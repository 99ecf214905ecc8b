package dev.sallyport.edge.http;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.mcp.Reply;
import dev.sallyport.edge.mcp.ResponseFrame;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.sse.SseEncoder;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A reply over Vert.x HTTP. */
final class HttpReply implements Reply {

  /** What may wait for a client that does not read, before the connection is given up. */
  private static final long MOST_WAITING = 16L * 1024 * 1024;

  private static final Logger LOG = Logger.getLogger(HttpReply.class);

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final EventLoop loop;
  private final AtomicInteger queued = new AtomicInteger();
  private boolean stream;
  private boolean over;
  private long waiting;
  private @Nullable Runnable gone;

  HttpReply(HttpServerRequest request, Context context) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.loop = ((ContextInternal) context).nettyEventLoop();
    response.closeHandler(ignored -> left());
    response.exceptionHandler(ignored -> left());
  }

  private void left() {
    Runnable action = gone;
    gone = null;
    if (!over) {
      over = true;
      if (action != null) {
        action.run();
      }
    }
  }

  @Override
  public Reply header(String name, String value) {
    if (!over && !response.headWritten()) {
      response.putHeader(name, value);
    }
    return this;
  }

  @Override
  public void answer(int status, Buffer json) {
    answer(status, MediaTypes.JSON, json);
  }

  /** As {@link #answer(int, Buffer)}, in another media type where no stream was opened. */
  void answer(int status, String type, Buffer json) {
    if (over) {
      return;
    }
    over = true;
    if (stream) {
      response.end(HeapBytes.wrap(SseEncoder.message(exactly(json))));
      return;
    }
    response.setStatusCode(status).putHeader("Content-Type", type).end(json);
  }

  private static byte[] exactly(Buffer json) {
    HeapBytes bytes = HeapBytes.of(json);
    return bytes.offset() == 0 && bytes.length() == bytes.array().length
        ? bytes.array()
        : Arrays.copyOfRange(bytes.array(), bytes.offset(), bytes.offset() + bytes.length());
  }

  @Override
  public void empty(int status) {
    if (!over) {
      over = true;
      response.setStatusCode(status).end();
    }
  }

  @Override
  public void message(byte[] json, @Nullable String id) {
    event(SseEncoder.message(json, id));
  }

  @Override
  public void prime(String id, Duration retry) {
    event(SseEncoder.prime(id, retry));
  }

  @Override
  public void endpoint(String address) {
    event(SseEncoder.event("endpoint", address));
  }

  @Override
  public void keepAlive() {
    event(SseEncoder.keepAlive());
  }

  /** A piece of event stream, complete events only. Opens the stream if need be. */
  void event(byte[] events) {
    if (over) {
      return;
    }
    openStream();
    waiting = response.writeQueueFull() ? waiting + events.length : 0;
    if (waiting > MOST_WAITING) {
      request.connection().close();
      return;
    }
    response.write(HeapBytes.wrap(events));
  }

  private void openStream() {
    if (!stream) {
      stream = true;
      response
          .setStatusCode(200)
          .setChunked(true)
          .putHeader("Content-Type", MediaTypes.EVENT_STREAM)
          .putHeader("Cache-Control", "no-cache, no-transform")
          .putHeader("X-Accel-Buffering", "no");
    }
  }

  @Override
  public void close() {
    if (!over) {
      openStream();
      over = true;
      response.end();
    }
  }

  @Override
  public boolean isStream() {
    return stream;
  }

  @Override
  public void onGone(Runnable action) {
    if (over) {
      if (response.closed() && !response.ended()) {
        action.run();
      }
      return;
    }
    Runnable before = gone;
    gone =
        before == null
            ? action
            : () -> {
              before.run();
              action.run();
            };
  }

  @Override
  public void run(Runnable action) {
    // Straight away only when nothing asked earlier still waits, so that order is kept.
    if (queued.get() == 0 && loop.inEventLoop()) {
      guarded(action);
      return;
    }
    queued.incrementAndGet();
    context.runOnContext(
        ignored -> {
          queued.decrementAndGet();
          guarded(action);
        });
  }

  /** Runs something that may fail unexpectedly: the client gets an answer in any case. */
  void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("a request failed unexpectedly", e);
      answer(
          500,
          ResponseFrame.error(
              (byte[]) null, JsonRpcError.INTERNAL_ERROR, ErrorCode.INTERNAL.message(), null));
    }
  }
}
