package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.Failure;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Rate, money, tokens and places among those that run, reserved before dispatch and settled after.
 * Nothing blocks; almost every answer is there at once.
 */
public interface Reservations {

  Answer reserve(Wanted wanted);

  /**
   * Called exactly once for each {@link Granted}, before the answer goes back.
   *
   * @param tokens of what goes back to the agent, estimated; 0: nothing does
   */
  void settle(Granted reservation, Settlement settlement, long tokens);

  /**
   * A call that wants to run.
   *
   * @param tool the upstream's name; empty for what belongs to the whole server
   * @param counted false: it is no use of the server, such as asking how a task stands
   * @param costMicros its price in millionths of the currency unit
   * @param answers what it returns is for the model: its tokens count
   */
  record Wanted(
      CallId call,
      AccessProfile profile,
      String server,
      String tool,
      boolean counted,
      long costMicros,
      boolean answers) {}

  /** May the call go on? */
  sealed interface Answer {}

  /** Known now. */
  sealed interface Immediate extends Answer {}

  /**
   * @param id UUIDv7 in canonical text
   * @param validFor counted from now; the executor refuses the call afterwards
   * @param hold what was taken; null: nothing
   */
  record Granted(String id, Duration validFor, @Nullable Hold hold) implements Immediate {}

  record Refused(Failure failure) implements Immediate {}

  /**
   * Another service is asked first.
   *
   * @param answer never fails; completed on the Vert.x context that asked
   */
  record Awaited(Future<Immediate> answer) implements Answer {}

  /** Belongs to whoever granted. */
  interface Hold {}

  /** What became of what was reserved. */
  enum Settlement {
    /** The call was delivered. */
    CHARGED,
    /** The upstream provably never received it. */
    RETURNED,
    /** The upstream waits for input: it counts for rate and not for money and tokens. */
    WAITING,
    /** Nobody knows: all that was reserved stays charged. */
    IN_DOUBT
  }
}
