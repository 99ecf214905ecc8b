package dev.sallyport.executor.upstream;

import dev.sallyport.executor.upstream.modern.ResourceListen;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.Methods;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to hear of changes of an upstream's resources. However many want the same, the upstream
 * is asked once, on the shared connection: with {@code resources/subscribe} in the legacy era, with
 * one {@code subscriptions/listen} for all in the modern one. After a reconnect it is asked again.
 * Any thread.
 */
public final class ResourceWatches {

  private static final System.Logger LOG = System.getLogger(ResourceWatches.class.getName());

  /** One interest in some resources, until it is closed. */
  public final class Watch implements AutoCloseable {

    private final Set<String> uris;
    private final Consumer<byte[]> listener;

    private Watch(Set<String> uris, Consumer<byte[]> listener) {
      this.uris = uris;
      this.listener = listener;
    }

    @Override
    public void close() {
      forget(this);
    }
  }

  private final UpstreamKey key;
  private final Set<Watch> watches = new HashSet<>();
  private final Map<String, Integer> wanted = new HashMap<>();
  private @Nullable Connection connection;
  private @Nullable ResourceListen listen;

  ResourceWatches(UpstreamKey key) {
    this.key = key;
  }

  /**
   * Begins to watch.
   *
   * @param uris as the upstream knows them
   * @param listener told each {@code notifications/resources/updated} as it came, in a copy
   */
  public Watch watch(Set<String> uris, Consumer<byte[]> listener) {
    Watch watch = new Watch(Set.copyOf(uris), listener);
    synchronized (this) {
      watches.add(watch);
      boolean more = false;
      for (String uri : watch.uris) {
        if (wanted.merge(uri, 1, Integer::sum) == 1) {
          more = true;
          ask(Methods.RESOURCES_SUBSCRIBE, uri);
        }
      }
      if (more) {
        relisten();
      }
    }
    return watch;
  }

  private synchronized void forget(Watch watch) {
    if (!watches.remove(watch)) {
      return;
    }
    boolean fewer = false;
    for (String uri : watch.uris) {
      if (wanted.merge(uri, -1, (one, other) -> one + other == 0 ? null : one + other) == null) {
        fewer = true;
        ask(Methods.RESOURCES_UNSUBSCRIBE, uri);
      }
    }
    if (fewer) {
      relisten();
    }
  }

  /** The upstream has a new shared connection, which knows nothing yet. */
  synchronized void connected(Connection now) {
    connection = now;
    listen = null;
    now.onResourceUpdated(this::updated);
    wanted.keySet().forEach(uri -> ask(Methods.RESOURCES_SUBSCRIBE, uri));
    relisten();
  }

  private void ask(String method, String uri) {
    Connection wire = connection;
    if (wire == null || wire.isClosed() || wire.dialect().version().era() == Era.MODERN) {
      return;
    }
    CompletableFuture<Frame.Response> answer = new CompletableFuture<>();
    wire.request(
        method, new JsonWriter().beginObject().member("uri", uri).endObject().toBytes(), answer);
    answer.whenComplete(
        (response, failure) -> {
          if (failure != null || response.error() != null) {
            LOG.log(System.Logger.Level.INFO, "upstream {0} refused {1}", key, method);
          }
        });
  }

  private void relisten() {
    Connection wire = connection;
    if (wire == null || wire.isClosed() || wire.dialect().version().era() == Era.LEGACY) {
      return;
    }
    ResourceListen before = listen;
    listen =
        wanted.isEmpty() ? null : ResourceListen.open(wire, Set.copyOf(wanted.keySet()), before);
    if (before != null && listen == null) {
      before.close();
    }
  }

  private void updated(Frame.Notification notification) {
    JsonObject params = notification.params().object();
    String uri = params == null ? null : params.string("uri");
    if (uri == null) {
      return;
    }
    Span whole = notification.whole();
    byte[] frame = whole.bytes(notification.data());
    Set<Watch> told;
    synchronized (this) {
      told = Set.copyOf(watches);
    }
    for (Watch watch : told) {
      if (watch.uris.contains(uri)) {
        watch.listener.accept(frame);
      }
    }
  }
}
