package dev.sallyport.edge.call;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallId;

/** What a request state says: which call goes on, and with what. */
public sealed interface Resumption {

  CallId call();

  /** How many requests of the client the call has had before this one, at least 1. */
  int legs();

  /**
   * The upstream keeps nothing: it gets its own state back.
   *
   * @param state a JSON string, byte for byte
   */
  record Stateless(CallId call, int legs, ByteString state) implements Resumption {}

  /**
   * The call is parked.
   *
   * @param executor where, as {@link dev.sallyport.edge.peer.ExecutorPeer} names it
   */
  record Parked(CallId call, int legs, String executor, ByteString handle) implements Resumption {}

  /**
   * The call has waited for an approval, and asks what became of it.
   *
   * @param goesOn false: whoever was asked does not want to wait any more
   */
  record Approval(CallId call, int legs, String approval, boolean goesOn) implements Resumption {}
}
