package dev.sallyport.policy.access;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.policy.OperationGuard;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How changes are made: guarded, for a tenant whose name is one, and told to the watchers of this
 * replica at once.
 */
public record AccessChanges(OperationGuard guard, AccessFeed feed) {

  /** What one entry of a declaration may add to the time that an operation may take. */
  private static final Duration PER_DECLARED = Duration.ofMillis(10);

  public <T> Uni<T> change(CallContext context, Supplier<Uni<T>> work) {
    return change(context, 0, work);
  }

  /**
   * @param declared how many entries a declaration has; each makes the work longer
   */
  public <T> Uni<T> change(CallContext context, int declared, Supplier<Uni<T>> work) {
    return guard
        .answer(
            context,
            () -> {
              KeyRules.checkTenant(context.tenant());
              return work.get();
            },
            time(guard, declared))
        .invoke(feed::nudge);
  }

  /** How long work with so many entries may take. */
  static Duration time(OperationGuard guard, int declared) {
    return guard.longest().plus(PER_DECLARED.multipliedBy(declared));
  }
}
