package dev.sallyport.executor.upstream;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The wire to one upstream. Never blocks its callers; tells its {@link Inbox} what comes. */
public interface Transport {

  /**
   * Hands a message to the wire. What goes wrong is told to the inbox.
   *
   * @param pending the request that this is; null for a notification or a response
   */
  void send(Outgoing message, @Nullable Pending pending);

  /**
   * Sends a notification.
   *
   * @return completes when the upstream has it, so that what is sent next comes after it; also when
   *     that failed
   */
  default CompletableFuture<Void> deliver(Outgoing notification) {
    send(notification, null);
    return CompletableFuture.completedFuture(null);
  }

  /**
   * True where each request has a response stream of its own whose closing means cancellation (MCP
   * 2026-07-28, streamable-http, "Cancellation").
   */
  boolean cancelsByClosing();

  /** True where arguments are mirrored into headers (2026-07-28, streamable-http). */
  default boolean mirrorsArguments() {
    return false;
  }

  /**
   * True where a message of the server comes on the stream of the request that it belongs to; false
   * where all messages come one after the other, and only ids and tokens say whose they are.
   */
  default boolean tellsOrigin() {
    return false;
  }

  /** True where the loss of the upstream shows by itself, so that nobody needs to ask. */
  boolean noticesLoss();

  /** Ends the connection in the way of its transport. Safe to repeat. */
  void close();

  /**
   * Where a transport delivers. Calls may come from any thread; for one stream they are in order.
   */
  interface Inbox {

    /**
     * A message. The bytes may be reused once this returns.
     *
     * @param origin the request on whose own stream it came; null on a shared stream
     */
    void message(byte[] data, int offset, int length, @Nullable Pending origin);

    /** A message that was too large to be kept; head and tail are what is known of it. */
    void oversized(byte[] head, byte[] tail, @Nullable Pending origin);

    void failed(Pending pending, TransportFailure failure);

    /**
     * The connection is of no further use.
     *
     * @param reason one sentence for an operator, without secrets
     */
    void closed(String reason);

    /** As {@link #closed}, but what is in flight may still be answered. */
    void retired(String reason);
  }
}
