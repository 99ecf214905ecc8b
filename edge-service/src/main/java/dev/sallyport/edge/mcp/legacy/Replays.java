package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.mcp.McpSettings;
import dev.sallyport.edge.mcp.Reply;
import dev.sallyport.edge.session.EventLog;
import dev.sallyport.edge.session.EventLog.Event;
import dev.sallyport.edge.session.Session;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Response streams that clients come back to: what they missed, and then what is still to come,
 * whichever edge the call runs on.
 */
@Singleton
class Replays {

  private static final Logger LOG = Logger.getLogger(Replays.class);

  /** A client that came back waits for a slow call: a few looks a second are soon enough. */
  private static final long LOOK_MILLIS = Duration.ofMillis(150).toMillis();

  private final Vertx vertx;
  private final EventLog log;
  private final McpSettings settings;

  Replays(Vertx vertx, EventLog log, McpSettings settings) {
    this.vertx = vertx;
    this.log = log;
    this.settings = settings;
  }

  /** Answers with the rest of the stream; ends with it, or when nothing is known of it. */
  void open(Reply reply, Session session, StreamId.Place place) {
    reply.keepAlive();
    new Replay(reply, session, place).look();
  }

  private final class Replay {

    private final Reply reply;
    private final Session session;
    private final StreamId stream;
    private int last;
    private boolean gone;
    private long sentNanos = System.nanoTime();

    Replay(Reply reply, Session session, StreamId.Place place) {
      this.reply = reply;
      this.session = session;
      this.stream = place.stream();
      this.last = place.number();
      reply.onGone(() -> gone = true);
    }

    void look() {
      log.after(session.tenant(), session.id(), stream.name(), last)
          .onComplete(
              done ->
                  reply.run(
                      () -> {
                        if (done.succeeded()) {
                          send(done.result());
                        } else {
                          LOG.debugf("a stream cannot be replayed: %s", done.cause());
                          reply.close();
                        }
                      }));
    }

    private void send(List<Event> events) {
      if (gone) {
        return;
      }
      for (Event event : events) {
        if (event.isEnd()) {
          reply.close();
          return;
        }
        last = event.number();
        sentNanos = System.nanoTime();
        reply.message(event.message(), stream.event(last));
      }
      if (System.nanoTime() - sentNanos > settings.keepAlive().toNanos()) {
        sentNanos = System.nanoTime();
        reply.keepAlive();
      }
      vertx.setTimer(LOOK_MILLIS, fired -> look());
    }
  }
}
