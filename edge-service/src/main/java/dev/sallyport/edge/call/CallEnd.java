package dev.sallyport.edge.call;

import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;

/** How a call ended, as its door has to tell it. */
public sealed interface CallEnd {

  CallId id();

  /**
   * The upstream answered, with a result or a JSON-RPC error.
   *
   * @param frame the client's own id is already in it
   */
  record Answered(CallId id, Frame.Response frame) implements CallEnd {}

  /** The gateway answers, because the call was refused or failed. */
  record Failed(CallId id, Failure failure) implements CallEnd {}

  /**
   * The call has not run: it waits for a person, and this client cannot be asked to wait.
   *
   * @param failure says so, and what to do
   */
  record Waits(CallId id, Approvals.Pending approval, Failure failure) implements CallEnd {}

  /** The client does not want an answer any more. */
  record Cancelled(CallId id) implements CallEnd {}
}
