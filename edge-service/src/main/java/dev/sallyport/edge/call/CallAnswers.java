package dev.sallyport.edge.call;

import io.vertx.core.buffer.Buffer;

/**
 * Takes what comes back from a call. Called one at a time and in order, on any thread; {@link #end}
 * exactly once and last, when the record of the call is already in the spool.
 */
public interface CallAnswers {

  /** A notification of this call, for its own stream. */
  void notification(Buffer frame);

  /**
   * The upstream asks the client something.
   *
   * @param id names the request towards {@link RunningCall#respond}
   * @return false if this client cannot be asked; the call is then given up
   */
  boolean serverRequest(RunningCall call, String id, Buffer frame);

  /** The call goes on; told a few times a second, so that a quiet stream can be kept open. */
  void stillRunning(long nowNanos);

  void end(CallEnd end);
}
