package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.Failure;
import java.time.Duration;

/**
 * Rate and budget, reserved before dispatch and settled after. Local and immediate: an answer that
 * needs another service is prepared ahead of the call, never in it.
 */
public interface Reservations {

  Answer reserve(CallId call, AccessProfile profile, Target target);

  /** Called exactly once for each {@link Granted}. */
  void settle(Granted reservation, Settlement settlement);

  /** May the call go on? */
  sealed interface Answer {}

  /**
   * @param id UUIDv7 in canonical text
   * @param validFor counted from now; the executor refuses the call afterwards
   */
  record Granted(String id, Duration validFor) implements Answer {}

  record Refused(Failure failure) implements Answer {}

  /** What became of what was reserved. */
  enum Settlement {
    /** The call was delivered. */
    CHARGED,
    /** The upstream provably never received it. */
    RETURNED,
    /** The upstream waits for input: it counts for rate and not for money. */
    WAITING,
    /** Nobody knows: stays charged until the record resolves it. */
    IN_DOUBT
  }
}
