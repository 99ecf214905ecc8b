package dev.sallyport.policy;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every operation of policy: only edge may ask, the deadline of the caller and the
 * longest time of an operation both count, and whatever is not an expected failure is
 * POLICY_UNAVAILABLE.
 *
 * @param longest how long an operation may take when its caller sets no shorter deadline
 */
public record OperationGuard(Duration longest) {

  private static final Logger LOG = Logger.getLogger(OperationGuard.class);

  public <T> Uni<T> answer(CallContext context, Supplier<Uni<T>> work) {
    return answer(context, work, longest);
  }

  /**
   * @param most instead of {@link #longest}
   */
  public <T> Uni<T> answer(CallContext context, Supplier<Uni<T>> work, Duration most) {
    if (context.peer() != Peer.EDGE) {
      return Uni.createFrom().failure(forbidden());
    }
    Duration remaining = context.remaining();
    if (remaining.isNegative() || remaining.isZero()) {
      return Uni.createFrom().failure(unavailable(null));
    }
    return Uni.createFrom()
        .<T>deferred(() -> work.get())
        .ifNoItem()
        .after(remaining.compareTo(most) < 0 ? remaining : most)
        .fail()
        .onFailure(failure -> !(failure instanceof CallFailed))
        .transform(OperationGuard::unavailable);
  }

  public static CallFailed forbidden() {
    return new CallFailed(Failure.of(ErrorCode.FORBIDDEN));
  }

  private static CallFailed unavailable(@Nullable Throwable cause) {
    Failure failure = Failure.of(ErrorCode.POLICY_UNAVAILABLE);
    if (cause == null) {
      return new CallFailed(failure);
    }
    LOG.error("A policy operation failed", cause);
    return new CallFailed(failure, cause);
  }
}
