package dev.sallyport.executor.exchange;

import dev.sallyport.executor.upstream.ResourceWatches;
import dev.sallyport.executor.upstream.Upstream;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that lasts: edge listens for changes of some resources of one upstream, in the form
 * of {@code subscriptions/listen}. Its notifications are those of the upstream as they came. It has
 * no deadline and ends when edge cancels it.
 */
final class ResourceExchange implements Exchange {

  private static final int MOST_URIS = 10_000;

  private final Sink sink;
  private ResourceWatches.@Nullable Watch watch;
  private boolean ended;

  private ResourceExchange(Sink sink) {
    this.sink = sink;
  }

  static Exchange open(Leg leg, Upstream upstream) {
    ResourceExchange exchange = new ResourceExchange(leg.sink());
    JsonObject params = leg.request().params().object();
    JsonObject filter = params == null ? null : params.object("notifications");
    Set<String> uris = filter == null ? Set.of() : uris(filter);
    if (uris.isEmpty() || uris.size() > MOST_URIS) {
      exchange.end(
          Ends.refused(
              Failure.of(
                  ErrorCode.INVALID_PARAMS,
                  "Invalid params: name 1 to " + MOST_URIS + " resources to hear of.")));
      return exchange;
    }
    exchange.watch(upstream.watches().watch(uris, exchange::updated));
    return exchange;
  }

  private static Set<String> uris(JsonObject filter) {
    Set<String> uris = new HashSet<>();
    Span array = filter.get("resourceSubscriptions");
    if (array == null || filter.data()[array.start()] != '[') {
      return uris;
    }
    JsonReader reader = new JsonReader(filter.data(), array.start(), array.end(), Exchanges.DEPTH);
    reader.enterArray();
    while (reader.nextElement()) {
      int start = reader.skipValue();
      String uri = JsonText.string(filter.data(), new Span(start, reader.position()));
      if (uri != null) {
        uris.add(uri);
      }
    }
    return uris;
  }

  private void watch(ResourceWatches.Watch opened) {
    synchronized (this) {
      if (!ended) {
        watch = opened;
        return;
      }
    }
    opened.close();
  }

  private synchronized void updated(byte[] frame) {
    if (!ended) {
      sink.notification(HeapFrame.wrap(frame));
    }
  }

  @Override
  public void respond(String serverRequestId, Buffer frame) {
    // Nothing is ever asked.
  }

  @Override
  public void cancel(String reason) {
    end(Ends.cancelled(true, 0));
  }

  private void end(dev.sallyport.proto.executor.v1.End end) {
    ResourceWatches.Watch open;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      open = watch;
      sink.end(end);
    }
    if (open != null) {
      open.close();
    }
  }
}
