package dev.sallyport.edge.mcp;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.list.ListDigests;
import dev.sallyport.edge.list.ListWatches;
import dev.sallyport.edge.list.VisibleLists;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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

  private static final int MOST_RESOURCES = 1_000;
  private static final int DEEP_ENOUGH = 512;

  private final Vertx vertx;
  private final ListWatches watches;
  private final VisibleLists lists;
  private final Offering offering;
  private final ResourceListening listening;
  private final McpSettings settings;
  private final Goodbye goodbye;
  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

  Listeners(
      Vertx vertx,
      ListWatches watches,
      VisibleLists lists,
      Offering offering,
      ResourceListening listening,
      McpSettings settings,
      Goodbye goodbye,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.watches = watches;
    this.lists = lists;
    this.offering = offering;
    this.listening = listening;
    this.settings = settings;
    this.goodbye = goodbye;
    meters.gaugeCollectionSize("sallyport.edge.streams.open", Tags.of("era", "modern"), streams);
  }

  void start(@Observes StartupEvent event) {
    goodbye.onGoodbye(() -> streams.forEach(Stream::finish));
    vertx.setPeriodic(
        settings.keepAlive().toMillis(),
        ignored -> streams.forEach(stream -> stream.reply.run(() -> stream.reply.keepAlive())));
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
    Filter accepted = accepted(request, filter);
    if (accepted == null) {
      ErrorAnswer.send(
          request.reply(),
          Era.MODERN,
          message.id().bytes(message.data()),
          Failure.of(
              ErrorCode.INVALID_PARAMS,
              "Invalid params: \"resourceSubscriptions\" must be an array of at most "
                  + MOST_RESOURCES
                  + " strings."));
      return;
    }
    new Stream(message, request.reply(), accepted).open(request);
  }

  /** What is asked for and can be told; null if the request is not valid. */
  private @Nullable Filter accepted(McpRequest request, JsonObject asked) {
    Set<ListKind> kinds = EnumSet.noneOf(ListKind.class);
    if (asked.isTrue("toolsListChanged")) {
      kinds.add(ListKind.TOOLS);
    }
    if (asked.isTrue("promptsListChanged") && offering.has(request, "prompts")) {
      kinds.add(ListKind.PROMPTS);
    }
    if (asked.isTrue("resourcesListChanged") && offering.has(request, "resources")) {
      kinds.add(ListKind.RESOURCES);
    }
    Span array = asked.get("resourceSubscriptions");
    List<String> uris = array == null ? List.of() : strings(asked.data(), array);
    if (uris == null) {
      return null;
    }
    List<String> allowed =
        offering.canSubscribe(request)
            ? listening.allowed(request.profile(), request.server(), uris)
            : List.of();
    return new Filter(kinds, allowed);
  }

  private static @Nullable List<String> strings(byte[] data, Span array) {
    if (data[array.start()] != '[') {
      return null;
    }
    List<String> strings = new ArrayList<>();
    JsonReader reader = new JsonReader(data, array.start(), array.end(), DEEP_ENOUGH);
    reader.enterArray();
    while (reader.nextElement()) {
      int start = reader.skipValue();
      String text = JsonText.string(data, new Span(start, reader.position()));
      if (text == null || strings.size() >= MOST_RESOURCES) {
        return null;
      }
      strings.add(text);
    }
    return strings;
  }

  /** What a stream tells. */
  private record Filter(Set<ListKind> lists, List<String> resources) {

    byte[] json() {
      JsonWriter json = new JsonWriter().beginObject();
      if (lists.contains(ListKind.TOOLS)) {
        json.member("toolsListChanged", true);
      }
      if (lists.contains(ListKind.PROMPTS)) {
        json.member("promptsListChanged", true);
      }
      if (lists.contains(ListKind.RESOURCES)) {
        json.member("resourcesListChanged", true);
      }
      if (!resources.isEmpty()) {
        json.name("resourceSubscriptions").beginArray();
        resources.forEach(json::value);
        json.endArray();
      }
      return json.endObject().toBytes();
    }
  }

  private final class Stream implements ListWatches.Listener {

    private final byte[] id;
    private final Reply reply;
    private final Filter filter;
    private ListWatches.@Nullable Watch watch;
    private ResourceListening.@Nullable Listening resources;

    Stream(Frame.Request message, Reply reply, Filter filter) {
      this.id = message.id().bytes(message.data());
      this.reply = reply;
      this.filter = filter;
    }

    void open(McpRequest request) {
      reply.message(notification(Methods.SUBSCRIPTIONS_ACKNOWLEDGED, filter.json()));
      streams.add(this);
      reply.onGone(this::leave);
      // Watched even when no list is asked for: the stream must end with its key.
      watch =
          watches.watch(
              request.profile(),
              request.credential(),
              request.server(),
              lists.digests(request.profile(), request.server()),
              this);
      if (!filter.resources().isEmpty()) {
        resources =
            listening.open(
                request.profile(), request.server(), Set.copyOf(filter.resources()), this::updated);
      }
    }

    private void updated(Frame.Notification notification) {
      byte[] message = FrameEdit.of(notification).setMeta(MetaKeys.SUBSCRIPTION_ID, id).apply();
      reply.run(() -> reply.message(message));
    }

    @Override
    public void changed(List<ListKind> changed, ListDigests now) {
      for (ListKind kind : changed) {
        if (filter.lists().contains(kind)) {
          byte[] message = notification(kind.changed(), null);
          reply.run(() -> reply.message(message));
        }
      }
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
            reply.message(result);
            reply.close();
          });
    }

    private void leave() {
      streams.remove(this);
      ListWatches.Watch open = watch;
      if (open != null) {
        open.stop();
      }
      ResourceListening.Listening heard = resources;
      if (heard != null) {
        heard.close();
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
  }
}
