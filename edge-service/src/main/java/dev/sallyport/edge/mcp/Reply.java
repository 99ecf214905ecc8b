package dev.sallyport.edge.mcp;

import io.vertx.core.buffer.Buffer;

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
  void message(byte[] json);

  /** A piece of event stream, complete events only. Opens the stream if need be. */
  void event(byte[] events);

  /** Ends without an answer; an empty stream if nothing was sent. */
  void close();

  /** Whether the stream was opened. */
  boolean isStream();

  /** Called once when the client goes away before the end. */
  void onGone(Runnable action);

  /** Runs on the event loop of this reply, in the order of asking. Any thread. */
  void run(Runnable action);
}
