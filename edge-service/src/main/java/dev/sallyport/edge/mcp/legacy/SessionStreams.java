package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.list.ListDigests;
import dev.sallyport.edge.list.ListWatches;
import dev.sallyport.edge.list.VisibleLists;
import dev.sallyport.edge.mcp.Goodbye;
import dev.sallyport.edge.mcp.McpRequest;
import dev.sallyport.edge.mcp.McpSettings;
import dev.sallyport.edge.mcp.Reply;
import dev.sallyport.edge.mcp.ResourceListening;
import dev.sallyport.edge.session.Session;
import dev.sallyport.edge.session.SessionMemory.Subscription;
import dev.sallyport.edge.session.Sessions;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.protocol.McpHeaders;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The GET streams of sessions. A session has one per endpoint: a newer one takes the place of an
 * older one, since a message must not go out on two. An event id ends with the digests of the lists
 * that were visible then, so that a client that comes back with it is told of a change it missed,
 * whichever edge it comes back to. A client that comes back to the response stream of a call gets
 * the rest of that instead.
 */
@Singleton
class SessionStreams {

  private static final int PARTS_OF_ID = 5;

  private final Vertx vertx;
  private final ListWatches watches;
  private final VisibleLists lists;
  private final ResourceListening listening;
  private final Replays replays;
  private final Sessions sessions;
  private final McpSettings settings;
  private final Goodbye goodbye;
  private final Map<StreamKey, Stream> streams = new ConcurrentHashMap<>();
  private final AtomicLong opened = new AtomicLong(System.currentTimeMillis());

  SessionStreams(
      Vertx vertx,
      ListWatches watches,
      VisibleLists lists,
      ResourceListening listening,
      Replays replays,
      Sessions sessions,
      McpSettings settings,
      Goodbye goodbye,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.watches = watches;
    this.lists = lists;
    this.listening = listening;
    this.replays = replays;
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
    sessions.onChanged(
        session ->
            streams.forEach(
                (key, stream) -> {
                  if (key.session.equals(session)) {
                    stream.refresh();
                  }
                }));
    vertx.setPeriodic(
        settings.keepAlive().toMillis(),
        ignored ->
            streams.values().forEach(stream -> stream.reply.run(() -> stream.reply.keepAlive())));
  }

  void open(McpRequest request, Session session) {
    StreamId.Place place = StreamId.of(request.header(McpHeaders.LAST_EVENT_ID));
    if (place != null) {
      replays.open(request.reply(), session, place);
      return;
    }
    Stream stream = new Stream(session, request);
    Stream before = streams.put(stream.key, stream);
    if (before != null) {
      before.finish();
    }
    stream.open();
  }

  private record StreamKey(UUID session, @Nullable String server) {}

  private final class Stream implements ListWatches.Listener {

    private final Session session;
    private final McpRequest request;
    private final StreamKey key;
    private final Reply reply;
    private final String name = Long.toString(opened.incrementAndGet(), Character.MAX_RADIX);
    private final AtomicLong events = new AtomicLong();
    private volatile ListDigests known;
    private ListWatches.@Nullable Watch watch;

    // Guarded by this.
    private Set<Subscription> subscriptions = Set.of();
    private ResourceListening.@Nullable Listening resources;
    private boolean over;

    Stream(Session session, McpRequest request) {
      this.session = session;
      this.request = request;
      this.key = new StreamKey(session.id(), request.server());
      this.reply = request.reply();
      this.known = lists.digests(request.profile(), request.server());
    }

    void open() {
      reply.prime(id(), settings.retry());
      reply.onGone(this::leave);
      // What the client saw last, where it says so: a difference is told at once.
      ListDigests seen = seen(request.header(McpHeaders.LAST_EVENT_ID), known);
      watch = watches.watch(request.profile(), request.credential(), request.server(), seen, this);
      subscribe(session.memory().subscriptions());
    }

    /** The session has subscribed to something, or no longer does. */
    void refresh() {
      sessions.memory(session).onSuccess(memory -> subscribe(memory.subscriptions()));
    }

    private void subscribe(Set<Subscription> all) {
      String endpoint = request.server() == null ? "" : request.server();
      Set<String> uris = new HashSet<>();
      Set<Subscription> mine = new HashSet<>();
      for (Subscription one : all) {
        if (one.server().equals(endpoint)) {
          mine.add(one);
          uris.add(one.uri());
        }
      }
      ResourceListening.Listening before;
      synchronized (this) {
        if (over || mine.equals(subscriptions)) {
          return;
        }
        subscriptions = mine;
        before = resources;
        // The new one is opened before the old one ends, so that nothing is missed in between.
        resources =
            uris.isEmpty()
                ? null
                : listening.open(request.profile(), request.server(), uris, this::updated);
      }
      if (before != null) {
        before.close();
      }
    }

    private void updated(Frame.Notification notification) {
      byte[] message = notification.whole().bytes(notification.data());
      reply.run(() -> reply.message(message, id()));
    }

    @Override
    public void changed(List<ListKind> changed, ListDigests now) {
      known = now;
      for (ListKind kind : changed) {
        byte[] message = FrameBytes.notification(kind.changed(), null);
        reply.run(() -> reply.message(message, id()));
      }
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
      ResourceListening.Listening heard;
      synchronized (this) {
        over = true;
        heard = resources;
        resources = null;
      }
      if (heard != null) {
        heard.close();
      }
    }

    private String id() {
      ListDigests now = known;
      return String.join(
          "-",
          name,
          Long.toString(events.getAndIncrement()),
          Long.toHexString(now.tools()),
          Long.toHexString(now.resources()),
          Long.toHexString(now.prompts()));
    }

    private static ListDigests seen(@Nullable String lastEventId, ListDigests now) {
      String[] parts = lastEventId == null ? new String[0] : lastEventId.split("-", -1);
      if (parts.length != PARTS_OF_ID) {
        return now;
      }
      try {
        return new ListDigests(
            Long.parseUnsignedLong(parts[2], 16),
            Long.parseUnsignedLong(parts[3], 16),
            Long.parseUnsignedLong(parts[4], 16));
      } catch (NumberFormatException e) {
        return now;
      }
    }
  }
}
