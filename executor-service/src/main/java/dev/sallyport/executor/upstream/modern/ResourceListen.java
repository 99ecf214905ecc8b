package dev.sallyport.executor.upstream.modern;

import dev.sallyport.executor.upstream.Connection;
import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Methods;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@code subscriptions/listen} for some resources (2026-07-28 patterns/subscriptions). One that
 * takes the place of another ends it once it is acknowledged, so that nothing is missed in between.
 * It is opened again when it breaks off, as long as its connection lives.
 */
public final class ResourceListen {

  private static final Duration BEFORE_AGAIN = Duration.ofSeconds(1);

  private final Connection connection;
  private final byte[] params;
  private @Nullable ResourceListen before;
  private @Nullable Pending pending;
  private boolean closed;

  private ResourceListen(Connection connection, Set<String> uris, @Nullable ResourceListen before) {
    this.connection = connection;
    this.before = before;
    JsonWriter filter = new JsonWriter().beginObject().name("resourceSubscriptions").beginArray();
    new TreeSet<>(uris).forEach(filter::value);
    String text = new String(filter.endArray().endObject().toBytes(), StandardCharsets.UTF_8);
    this.params = connection.dialect().params("\"notifications\":" + text);
  }

  /**
   * Opens a stream.
   *
   * @param before the one whose place it takes; null for none
   */
  public static ResourceListen open(
      Connection connection, Set<String> uris, @Nullable ResourceListen before) {
    ResourceListen listen = new ResourceListen(connection, uris, before);
    listen.send();
    return listen;
  }

  private void send() {
    Pending request = connection.open(new Answers());
    synchronized (this) {
      if (closed) {
        return;
      }
      pending = request;
    }
    byte[] id = Long.toString(request.id()).getBytes(StandardCharsets.US_ASCII);
    connection.send(
        request,
        Outgoing.of(
            FrameBytes.request(id, Methods.SUBSCRIPTIONS_LISTEN, params),
            Methods.SUBSCRIPTIONS_LISTEN));
  }

  /** Ends the stream in the way of its transport. */
  public void close() {
    Pending open;
    synchronized (this) {
      closed = true;
      open = pending;
    }
    if (open != null) {
      connection.cancel(open, "Nobody wants to hear of these resources any more.");
    }
    succeeded();
  }

  private void succeeded() {
    ResourceListen old;
    synchronized (this) {
      old = before;
      before = null;
    }
    if (old != null) {
      old.close();
    }
  }

  private void again() {
    CompletableFuture.delayedExecutor(BEFORE_AGAIN.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (!connection.isClosed()) {
                send();
              }
            });
  }

  private final class Answers implements Pending.Listener {

    @Override
    public void notification(Frame.Notification notification) {
      if (notification.method().equals(Methods.SUBSCRIPTIONS_ACKNOWLEDGED)) {
        succeeded();
      }
    }

    @Override
    public void response(Frame.Response response) {
      if (response.error() == null) {
        again();
      }
      // An error means that it does not offer this after all.
    }

    @Override
    public void failed(TransportFailure failure) {
      if (failure.delivery() != TransportFailure.Delivery.REFUSED) {
        again();
      }
    }
  }
}
