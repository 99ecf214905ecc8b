package dev.sallyport.executor.upstream.legacy;

import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.executor.upstream.Pending;
import dev.sallyport.executor.upstream.Transport;
import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.executor.upstream.http.EventStream;
import dev.sallyport.executor.upstream.http.HttpPost;
import dev.sallyport.executor.upstream.http.HttpTarget;
import dev.sallyport.mcp.sse.SseEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * HTTP+SSE of 2024-11-05: one event stream for everything the server says, whose first event names
 * the address to POST to. The stream is the connection: when it ends, so does this.
 */
public final class SsePair implements Transport {

  private final HttpTarget target;
  private final Inbox inbox;
  private final CompletableFuture<HttpTarget> endpoint = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final EventStream stream;

  public SsePair(HttpTarget target, Inbox inbox, int maxAnswer) {
    this.target = target;
    this.inbox = inbox;
    this.stream =
        EventStream.open(
            target,
            headers -> {},
            "",
            maxAnswer,
            new EventStream.Reader() {
              @Override
              public void event(SseEvent event) {
                read(event);
              }

              @Override
              public void ended(EventStream.End end) {
                String reason =
                    end.opened()
                        ? "The server closed its event stream."
                        : end.status() == 0
                            ? "The server does not accept connections."
                            : "The server offers no event stream (HTTP " + end.status() + ").";
                endpoint.completeExceptionally(new IllegalStateException(reason));
                inbox.closed(reason);
              }
            });
  }

  /** Completes when the server has named its address; fails with a sentence for an operator. */
  public CompletableFuture<HttpTarget> endpoint() {
    return endpoint.copy();
  }

  private void read(SseEvent event) {
    if (event.type().equals("endpoint")) {
      name(new String(event.data(), StandardCharsets.UTF_8).strip());
    } else if (event.type().equals("message") && event.data().length > 0) {
      inbox.message(event.data(), 0, event.data().length, null);
    }
  }

  private void name(String address) {
    try {
      URI resolved = target.url().resolve(address);
      if (!sameOrigin(resolved, target.url())) {
        throw new IllegalArgumentException("another origin");
      }
      endpoint.complete(target.at(resolved));
    } catch (IllegalArgumentException e) {
      endpoint.completeExceptionally(
          new IllegalStateException("The server named an address elsewhere to send to."));
      close();
    }
  }

  /** Credentials go to the configured origin only. */
  private static boolean sameOrigin(URI one, URI other) {
    return Objects.equals(one.getScheme(), other.getScheme())
        && Objects.equals(one.getHost(), other.getHost())
        && one.getPort() == other.getPort()
        && one.getUserInfo() == null;
  }

  @Override
  public void send(Outgoing message, @Nullable Pending pending) {
    send(message, pending, new CompletableFuture<>());
  }

  @Override
  public CompletableFuture<Void> deliver(Outgoing notification) {
    CompletableFuture<Void> delivered = new CompletableFuture<>();
    send(notification, null, delivered);
    return delivered;
  }

  private void send(
      Outgoing message, @Nullable Pending pending, CompletableFuture<Void> delivered) {
    endpoint.whenComplete(
        (where, failure) -> {
          if (failure != null) {
            if (pending != null) {
              inbox.failed(pending, TransportFailure.lost());
            }
            return;
          }
          HttpPost.send(
              where,
              message,
              pending,
              refused -> {
                if (pending != null) {
                  inbox.failed(pending, refused);
                }
                delivered.complete(null);
              },
              () -> delivered.complete(null));
        });
  }

  @Override
  public boolean cancelsByClosing() {
    return false;
  }

  @Override
  public boolean noticesLoss() {
    return true;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      stream.close();
    }
  }
}
