package dev.sallyport.executor.upstream.http;

import dev.sallyport.executor.upstream.Transport.Inbox;
import dev.sallyport.mcp.sse.SseEvent;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The GET stream on which a legacy server speaks unasked (2025-11-25 basic/transports, "Listening
 * for Messages from the Server"). Once opened it is kept open: it is taken up again where it ended,
 * after what the server asked to wait. A server that offers none (405) is left alone.
 */
final class StandingStream {

  private final Vertx vertx;
  private final HttpTarget target;
  private final HttpEra era;
  private final Inbox inbox;
  private final int maxEvent;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private volatile boolean closed;
  private volatile @Nullable EventStream stream;

  StandingStream(Vertx vertx, HttpTarget target, HttpEra era, Inbox inbox, int maxEvent) {
    this.vertx = vertx;
    this.target = target;
    this.era = era;
    this.inbox = inbox;
    this.maxEvent = maxEvent;
  }

  /**
   * Opens it; to be called once.
   *
   * @return completes when the stream is open for the first time, or will not be
   */
  CompletableFuture<Void> open() {
    open("", StreamableHttp.DEFAULT_RETRY, 0);
    return settled.copy();
  }

  void close() {
    closed = true;
    EventStream open = stream;
    if (open != null) {
      open.close();
    }
  }

  private void open(String lastEventId, Duration retry, int failures) {
    if (closed) {
      return;
    }
    stream =
        EventStream.open(
            target,
            era::mark,
            lastEventId,
            maxEvent,
            new EventStream.Reader() {
              @Override
              public void opened() {
                settled.complete(null);
              }

              @Override
              public void event(SseEvent event) {
                if (event.data().length > 0 && event.type().equals("message")) {
                  inbox.message(event.data(), 0, event.data().length, null);
                }
              }

              @Override
              public void ended(EventStream.End end) {
                settled.complete(null);
                goOn(end, retry, failures);
              }
            });
    if (closed) {
      close();
    }
  }

  private void goOn(EventStream.End end, Duration retry, int failures) {
    if (closed) {
      return;
    }
    if (era.isSessionLost(end.status())) {
      inbox.retired("The server ended the session.");
    } else if (end.opened()) {
      Duration wait = end.retry().orElse(retry);
      later(wait, () -> open(end.lastEventId(), wait, 0));
    } else if (end.status() == 0 && failures > 0) {
      inbox.retired("The server does not accept connections.");
    } else if (end.status() == 0 || end.status() >= 500) {
      later(
          retry.multipliedBy(1L << Math.min(failures, 5)),
          () -> open(end.lastEventId(), retry, failures + 1));
    }
  }

  private void later(Duration wait, Runnable then) {
    vertx.setTimer(StreamableHttp.millis(wait), fired -> then.run());
  }
}
