package dev.sallyport.sandbox.run;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import jakarta.enterprise.context.ApplicationScoped;

/** Decides what becomes of a run. */
@ApplicationScoped
public class Runs {

  /**
   * Starts a run for {@code context}.
   *
   * @return why it cannot run; only edge may ask, and this version runs nothing
   */
  public Failure start(CallContext context) {
    return context.peer() == Peer.EDGE
        ? Failure.of(ErrorCode.UNKNOWN_METHOD, "Code Mode is not part of this version.")
        : Failure.of(ErrorCode.FORBIDDEN);
  }
}
