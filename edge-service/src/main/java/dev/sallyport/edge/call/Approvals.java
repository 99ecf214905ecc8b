package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.rule.Verdict;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.Failure;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Approvals of calls that need a person (features D2). Nothing blocks, and no answer but {@link
 * Granted} lets a call run.
 */
public interface Approvals {

  /**
   * Takes the approval of exactly this key, tool and arguments for this one call, or keeps a
   * request for one.
   *
   * @return never fails; completed on the Vert.x context that asked
   */
  Future<Answer> claim(Wanted wanted);

  /** The call that took it provably did not run. Returns at once. */
  void giveBack(Granted granted);

  /**
   * A call that wants to run.
   *
   * @param leg which request of its client the call is at, from 1
   * @param tool the upstream's name
   * @param argumentsDigest of the canonical arguments; empty for a call without
   * @param arguments as the client sent them
   * @param waitingFor the approval that the call has waited for already; null: none
   */
  record Wanted(
      CallId call,
      int leg,
      AccessProfile profile,
      String server,
      String tool,
      byte[] argumentsDigest,
      byte[] arguments,
      Verdict.Ask ask,
      @Nullable String waitingFor) {}

  /** What became of it. */
  sealed interface Answer {}

  /** Taken: this call runs, and no other does. */
  record Granted(String tenant, CallId call, int leg, String id, String decidedBy)
      implements Answer {}

  /** Nobody has decided yet. */
  record Pending(String id, Instant expiresAt) implements Answer {}

  /**
   * @param comment of whoever denied it; empty for none
   */
  record Denied(String id, String decidedBy, String comment) implements Answer {}

  /**
   * What the call waited for is over.
   *
   * @param expired false: another call took it
   */
  record Over(String id, boolean expired) implements Answer {}

  /** It cannot be asked for. */
  record Refused(Failure failure) implements Answer {}
}
