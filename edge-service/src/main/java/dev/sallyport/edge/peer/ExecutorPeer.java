package dev.sallyport.edge.peer;

import dev.sallyport.edge.call.ReservedCall;
import dev.sallyport.proto.executor.v1.CallerEnded;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Parked;
import dev.sallyport.proto.executor.v1.SessionNotice;
import io.vertx.core.buffer.Buffer;

/**
 * The executor as edge uses it. It takes only a call that was decided and reserved, so that
 * dispatch without a decision does not compile.
 */
public interface ExecutorPeer {

  /**
   * Starts the call. Never throws and never blocks; everything that goes wrong ends in {@link
   * Answers#end}.
   *
   * @return the way to influence the running exchange; usable from any thread
   */
  Exchange open(ReservedCall call, Answers answers);

  /**
   * Listens for changes of resources of one server, in the form of {@code subscriptions/listen}:
   * what comes is told to {@link Answers#notification}. Otherwise as {@link #open}; {@link
   * Answers#end} tells when it is over, whoever ended it.
   */
  Exchange listen(Open header, Buffer frame, Answers answers);

  /** Tells every executor what happened to a legacy session; whether one hears it is not known. */
  void tell(SessionNotice notice);

  /**
   * Has every executor give up the calls of a caller that wait for its input; whether one hears it
   * is not known, and such a call would end at its own time.
   */
  void end(CallerEnded caller);

  /** The running exchange. Both operations do nothing once it has ended. */
  interface Exchange {

    /** Answers a server request of this exchange with the client's JSON-RPC response frame. */
    void respond(String serverRequestId, Buffer frame);

    /** Cancels upstream in the upstream's own era. {@link Answers#end} still follows. */
    void cancel(String reason);
  }

  /**
   * What comes back. Called one at a time, in upstream order, on any thread. {@link #end} is called
   * exactly once and last; {@link #response} at most once, just before it.
   */
  interface Answers {

    /** A notification of this call; the progress token is the client's own. */
    void notification(Buffer frame);

    void serverRequest(String id, Buffer frame);

    /**
     * The call waits for the client's next request. {@link #end} follows.
     *
     * @param executor where it waits; stable over restarts of this edge and the same on every edge
     */
    void parked(Parked parked, String executor);

    /** The whole response frame; the JSON-RPC id is the client's own, byte for byte. */
    void response(Buffer frame);

    void end(End end);
  }
}
