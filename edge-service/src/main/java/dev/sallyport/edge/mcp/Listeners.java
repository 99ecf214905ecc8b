package dev.sallyport.edge.mcp;

import dev.sallyport.edge.list.ListWatches;
import dev.sallyport.edge.list.VisibleTools;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.sse.SseEncoder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The open {@code subscriptions/listen} streams (2026-07-28 patterns/subscriptions). The
 * acknowledgement comes first; every message carries the id of the listen request; a stream that
 * the gateway ends gets its result.
 */
@Singleton
class Listeners {

  private final Vertx vertx;
  private final ListWatches watches;
  private final VisibleTools tools;
  private final McpSettings settings;
  private final Goodbye goodbye;
  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

  Listeners(
      Vertx vertx,
      ListWatches watches,
      VisibleTools tools,
      McpSettings settings,
      Goodbye goodbye,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.watches = watches;
    this.tools = tools;
    this.settings = settings;
    this.goodbye = goodbye;
    meters.gaugeCollectionSize("sallyport.edge.streams.open", Tags.of("era", "modern"), streams);
  }

  void start(@Observes StartupEvent event) {
    goodbye.onGoodbye(() -> streams.forEach(Stream::finish));
    vertx.setPeriodic(
        settings.keepAlive().toMillis(),
        ignored ->
            streams.forEach(
                stream -> stream.reply.run(() -> stream.reply.event(SseEncoder.keepAlive()))));
  }

  void open(McpRequest request, Frame.Request message) {
    JsonObject params = message.params().object();
    JsonObject filter = params == null ? null : params.object("notifications");
    if (filter == null) {
      ErrorAnswer.send(
          request.reply(),
          Era.MODERN,
          message.id().bytes(message.data()),
          Failure.of(
              ErrorCode.INVALID_PARAMS, "Invalid params: \"notifications\" must be an object."));
      return;
    }
    new Stream(message, request.reply()).open(request, filter.isTrue("toolsListChanged"));
  }

  private final class Stream implements ListWatches.Listener {

    private final byte[] id;
    private final Reply reply;
    private ListWatches.@Nullable Watch watch;

    Stream(Frame.Request message, Reply reply) {
      this.id = message.id().bytes(message.data());
      this.reply = reply;
    }

    void open(McpRequest request, boolean toolsListChanged) {
      JsonWriter accepted = new JsonWriter().beginObject();
      if (toolsListChanged) {
        accepted.member("toolsListChanged", true);
      }
      reply.event(
          SseEncoder.message(
              notification(Methods.SUBSCRIPTIONS_ACKNOWLEDGED, accepted.endObject().toBytes())));
      streams.add(this);
      reply.onGone(this::leave);
      if (toolsListChanged) {
        long seen = tools.current(request.profile(), request.server()).digest();
        watch =
            watches.watch(request.profile(), request.credential(), request.server(), seen, this);
      } else {
        // Nothing to tell, but the stream must still end with its key: no list ever changes.
        watch =
            watches.watch(
                request.profile(),
                request.credential(),
                request.server(),
                tools.current(request.profile(), request.server()).digest(),
                new OnlyTheEnd());
      }
    }

    @Override
    public void changed(long digest) {
      byte[] event = SseEncoder.message(notification(Methods.TOOLS_LIST_CHANGED, null));
      reply.run(() -> reply.event(event));
    }

    @Override
    public void ended() {
      finish();
    }

    void finish() {
      leave();
      byte[] result =
          new JsonWriter()
              .beginObject()
              .member("jsonrpc", "2.0")
              .name("id")
              .raw(id)
              .name("result")
              .beginObject()
              .member("resultType", "complete")
              .name("_meta")
              .beginObject()
              .name(MetaKeys.SUBSCRIPTION_ID)
              .raw(id)
              .name(MetaKeys.SERVER_INFO)
              .raw(Identity.SERVER_INFO)
              .endObject()
              .endObject()
              .endObject()
              .toBytes();
      reply.run(
          () -> {
            reply.event(SseEncoder.message(result));
            reply.close();
          });
    }

    private void leave() {
      streams.remove(this);
      ListWatches.Watch open = watch;
      if (open != null) {
        open.stop();
      }
    }

    private byte[] notification(String method, byte @Nullable [] accepted) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("jsonrpc", "2.0")
              .member("method", method)
              .name("params")
              .beginObject()
              .name("_meta")
              .beginObject()
              .name(MetaKeys.SUBSCRIPTION_ID)
              .raw(id)
              .endObject();
      if (accepted != null) {
        json.name("notifications").raw(accepted);
      }
      return json.endObject().endObject().toBytes();
    }

    private final class OnlyTheEnd implements ListWatches.Listener {

      @Override
      public void changed(long digest) {
        // Not asked for.
      }

      @Override
      public void ended() {
        finish();
      }
    }
  }
}
