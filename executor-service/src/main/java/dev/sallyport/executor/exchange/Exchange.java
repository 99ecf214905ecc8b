package dev.sallyport.executor.exchange;

import io.vertx.core.buffer.Buffer;

/** A running exchange. Usable from any thread; does nothing once it has ended. */
public interface Exchange {

  /** Answers a server request of this exchange with the client's JSON-RPC response frame. */
  void respond(String serverRequestId, Buffer frame);

  /** Cancels upstream in the upstream's own era. {@link Sink#end} still follows. */
  void cancel(String reason);
}
