package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.list.ListWatches;
import dev.sallyport.edge.list.VisibleTools;
import dev.sallyport.edge.mcp.Goodbye;
import dev.sallyport.edge.mcp.McpRequest;
import dev.sallyport.edge.mcp.McpSettings;
import dev.sallyport.edge.mcp.Reply;
import dev.sallyport.edge.session.Session;
import dev.sallyport.edge.session.Sessions;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.sse.SseEncoder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The GET streams of sessions. A session has one per endpoint: a newer one takes the place of an
 * older one, since a message must not go out on two. An event id ends with the digest of the list
 * that was visible then, so that a client that comes back with it is told of a change it missed,
 * whichever edge it comes back to.
 */
@Singleton
class SessionStreams {

  private static final byte[] LIST_CHANGED =
      new JsonWriter()
          .beginObject()
          .member("jsonrpc", "2.0")
          .member("method", Methods.TOOLS_LIST_CHANGED)
          .endObject()
          .toBytes();

  private final Vertx vertx;
  private final ListWatches watches;
  private final VisibleTools tools;
  private final Sessions sessions;
  private final McpSettings settings;
  private final Goodbye goodbye;
  private final Map<StreamKey, Stream> streams = new ConcurrentHashMap<>();
  private final AtomicLong opened = new AtomicLong(System.currentTimeMillis());

  SessionStreams(
      Vertx vertx,
      ListWatches watches,
      VisibleTools tools,
      Sessions sessions,
      McpSettings settings,
      Goodbye goodbye,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.watches = watches;
    this.tools = tools;
    this.sessions = sessions;
    this.settings = settings;
    this.goodbye = goodbye;
    meters.gaugeMapSize("sallyport.edge.streams.open", Tags.of("era", "legacy"), streams);
  }

  void start(@Observes StartupEvent event) {
    goodbye.onGoodbye(() -> streams.values().forEach(Stream::finish));
    sessions.onEnded(
        session ->
            streams.forEach(
                (key, stream) -> {
                  if (key.session.equals(session)) {
                    stream.finish();
                  }
                }));
    vertx.setPeriodic(
        settings.keepAlive().toMillis(),
        ignored ->
            streams
                .values()
                .forEach(
                    stream -> stream.reply.run(() -> stream.reply.event(SseEncoder.keepAlive()))));
  }

  void open(McpRequest request, Session session) {
    Stream stream = new Stream(new StreamKey(session.id(), request.server()), request.reply());
    Stream before = streams.put(stream.key, stream);
    if (before != null) {
      before.finish();
    }
    stream.open(request);
  }

  private record StreamKey(UUID session, @Nullable String server) {}

  private final class Stream implements ListWatches.Listener {

    private final StreamKey key;
    private final Reply reply;
    private final String name = Long.toString(opened.incrementAndGet(), Character.MAX_RADIX);
    private final AtomicLong events = new AtomicLong();
    private ListWatches.@Nullable Watch watch;

    Stream(StreamKey key, Reply reply) {
      this.key = key;
      this.reply = reply;
    }

    void open(McpRequest request) {
      long now = tools.current(request.profile(), request.server()).digest();
      reply.event(SseEncoder.prime(id(now), settings.retry()));
      reply.onGone(this::leave);
      // What the client saw last, where it says so: a difference is told at once.
      long seen = seen(request.header(McpHeaders.LAST_EVENT_ID), now);
      watch = watches.watch(request.profile(), request.credential(), request.server(), seen, this);
    }

    @Override
    public void changed(long digest) {
      byte[] event = SseEncoder.message(LIST_CHANGED, id(digest));
      reply.run(() -> reply.event(event));
    }

    @Override
    public void ended() {
      finish();
    }

    void finish() {
      leave();
      reply.run(reply::close);
    }

    private void leave() {
      streams.remove(key, this);
      ListWatches.Watch open = watch;
      if (open != null) {
        open.stop();
      }
    }

    private String id(long digest) {
      return name + '-' + events.getAndIncrement() + '-' + Long.toHexString(digest);
    }

    private static long seen(@Nullable String lastEventId, long now) {
      if (lastEventId == null) {
        return now;
      }
      try {
        return Long.parseUnsignedLong(lastEventId.substring(lastEventId.lastIndexOf('-') + 1), 16);
      } catch (NumberFormatException e) {
        return now;
      }
    }
  }
}
