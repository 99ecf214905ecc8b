package dev.sallyport.edge.mcp;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.ResourceTargets;
import dev.sallyport.edge.call.Target;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.common.v1.Era;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Parked;
import dev.sallyport.proto.executor.v1.Reservation;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears of changes of resources on behalf of streams, one exchange with the executor for each
 * server. What breaks off is opened again as long as the stream is there.
 */
@Singleton
public class ResourceListening {

  private static final byte[] ID = {'1'};
  private static final long VALID_MILLIS = Duration.ofMinutes(1).toMillis();
  private static final long AGAIN_MILLIS = Duration.ofSeconds(1).toMillis();

  private final Vertx vertx;
  private final ExecutorPeer executor;
  private final ResourceTargets targets;

  ResourceListening(Vertx vertx, ExecutorPeer executor, ResourceTargets targets) {
    this.vertx = vertx;
    this.executor = executor;
    this.targets = targets;
  }

  /** Those of the resources that the caller may hear of, in their order. */
  public List<String> allowed(AccessProfile profile, @Nullable String server, List<String> uris) {
    return uris.stream().filter(uri -> targets.find(profile, server, uri) != null).toList();
  }

  /**
   * Begins to listen.
   *
   * @param uris as the client knows them
   * @param listener told each {@code notifications/resources/updated}, with the client's URI and
   *     without a subscription id; any thread
   */
  public Listening open(
      AccessProfile profile,
      @Nullable String server,
      Set<String> uris,
      Consumer<Frame.Notification> listener) {
    Map<String, Map<String, String>> byServer = new HashMap<>();
    for (String uri : uris) {
      Target target = targets.find(profile, server, uri);
      if (target != null) {
        byServer.computeIfAbsent(target.server(), name -> new HashMap<>()).put(target.name(), uri);
      }
    }
    Listening listening = new Listening();
    byServer.forEach(
        (name, exposed) -> {
          OneServer one = new OneServer(profile.tenant(), name, exposed, listener);
          listening.servers.add(one);
          one.open();
        });
    return listening;
  }

  /** What a stream listens to. */
  public static final class Listening {

    private final List<OneServer> servers = new ArrayList<>();

    private Listening() {}

    public void close() {
      servers.forEach(OneServer::close);
    }
  }

  private final class OneServer implements ExecutorPeer.Answers {

    private final String tenant;
    private final String server;
    private final Map<String, String> exposed;
    private final Consumer<Frame.Notification> listener;
    private ExecutorPeer.@Nullable Exchange exchange;
    private boolean closed;

    OneServer(
        String tenant,
        String server,
        Map<String, String> exposed,
        Consumer<Frame.Notification> listener) {
      this.tenant = tenant;
      this.server = server;
      this.exposed = exposed;
      this.listener = listener;
    }

    void open() {
      synchronized (this) {
        if (closed) {
          return;
        }
      }
      byte[] frame = FrameBytes.request(ID, Methods.SUBSCRIPTIONS_LISTEN, params());
      Open header =
          Open.newBuilder()
              .setContext(CallContexts.toProto(CallContext.ofService(Peer.EDGE, tenant)))
              .setServer(server)
              .setMethod(Methods.SUBSCRIPTIONS_LISTEN)
              .setClientEra(Era.ERA_MODERN)
              .setReservation(Reservation.newBuilder().setId("listen").setValidMillis(VALID_MILLIS))
              .setFrameLength(frame.length)
              .build();
      ExecutorPeer.Exchange opened = executor.listen(header, HeapBytes.wrap(frame), this);
      boolean late;
      synchronized (this) {
        exchange = opened;
        late = closed;
      }
      if (late) {
        opened.cancel("the stream has ended");
      }
    }

    private byte[] params() {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .name("notifications")
              .beginObject()
              .name("resourceSubscriptions")
              .beginArray();
      new HashSet<>(exposed.keySet()).forEach(json::value);
      return json.endArray().endObject().endObject().toBytes();
    }

    void close() {
      ExecutorPeer.Exchange open;
      synchronized (this) {
        closed = true;
        open = exchange;
      }
      if (open != null) {
        open.cancel("the stream has ended");
      }
    }

    @Override
    public void notification(Buffer frame) {
      HeapBytes bytes = HeapBytes.of(frame);
      byte[] own = new byte[bytes.length()];
      System.arraycopy(bytes.array(), bytes.offset(), own, 0, own.length);
      if (!(FrameScanner.scan(own) instanceof ScanResult.Scanned(Frame.Notification updated))) {
        return;
      }
      Span uri = updated.params().uriSpan();
      String known = updated.params().uri();
      String clients = known == null ? null : exposed.get(known);
      if (uri == null || clients == null) {
        return;
      }
      FrameEdit edit = FrameEdit.of(updated);
      if (!clients.equals(known)) {
        edit.replace(uri, JsonText.quote(clients));
      }
      if (updated.params().meta().subscriptionId() != null) {
        edit.removeMeta(MetaKeys.SUBSCRIPTION_ID);
      }
      if (FrameScanner.scan(edit.apply())
          instanceof ScanResult.Scanned(Frame.Notification changed)) {
        listener.accept(changed);
      }
    }

    @Override
    public void serverRequest(String id, Buffer frame) {
      // Nothing is asked while listening.
    }

    @Override
    public void parked(Parked parked, String where) {
      // A listen never waits for input.
    }

    @Override
    public void response(Buffer frame) {
      // Only the end counts.
    }

    @Override
    public void end(End end) {
      vertx.setTimer(AGAIN_MILLIS, fired -> open());
    }
  }
}
