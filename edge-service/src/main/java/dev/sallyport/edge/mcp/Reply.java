package dev.sallyport.edge.mcp;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one HTTP request. It becomes one JSON body, or a stream of events when an event
 * comes first. All but {@link #run} are called on its event loop; after the end or when the client
 * is gone they do nothing.
 */
public interface Reply {

  /** A header, for as long as nothing was sent. */
  Reply header(String name, String value);

  /** The answer and the end: the body, or the last event if the stream is open. */
  void answer(int status, Buffer json);

  /** Status without a body, and the end. */
  void empty(int status);

  /** A JSON-RPC message before the answer, as an event. Opens the stream if need be. */
  default void message(byte[] json) {
    message(json, null);
  }

  /**
   * As {@link #message(byte[])}.
   *
   * @param id of the event, where the client may come back for what follows it
   */
  void message(byte[] json, @Nullable String id);

  /**
   * An event without a message, from which the client can resume (2025-11-25 basic/transports).
   *
   * @param retry what it should wait before it does
   */
  void prime(String id, Duration retry);

  /** The first event of HTTP+SSE: where to POST to. */
  void endpoint(String address);

  /** A comment, so that a quiet stream is kept open. Opens the stream if need be. */
  void keepAlive();

  /** Ends without an answer; an empty stream if nothing was sent. */
  void close();

  /** Whether the stream was opened. */
  boolean isStream();

  /** Called once when the client goes away before the end. */
  void onGone(Runnable action);

  /** Runs on the event loop of this reply, in the order of asking. Any thread. */
  void run(Runnable action);
}
