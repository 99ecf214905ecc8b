package dev.sallyport.executor.exchange;

import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Parked;
import io.vertx.core.buffer.Buffer;

/**
 * What comes back from an exchange. Called one at a time, in upstream order, on any thread; must
 * not block. {@link #end} is called exactly once and last, {@link #response} at most once, just
 * before it.
 */
public interface Sink {

  /** A notification of this call; the progress token is the client's own. */
  void notification(Buffer frame);

  void serverRequest(String id, Buffer frame);

  void parked(Parked parked);

  /** The whole response frame; the JSON-RPC id is the client's own, byte for byte. */
  void response(Buffer frame);

  void end(End end);
}
