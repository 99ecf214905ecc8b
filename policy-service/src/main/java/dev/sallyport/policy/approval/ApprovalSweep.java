package dev.sallyport.policy.approval;

import dev.sallyport.policy.access.PolicySettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * Removes approvals that have been over for longer than they are kept. Every replica does; what one
 * has removed another does not find.
 */
@Singleton
final class ApprovalSweep {

  private static final Logger LOG = Logger.getLogger(ApprovalSweep.class);
  private static final Duration EVERY = Duration.ofHours(1);

  private final Vertx vertx;
  private final ApprovalStore store;
  private final Duration kept;
  private long timer;

  ApprovalSweep(Vertx vertx, ApprovalStore store, PolicySettings settings) {
    this.vertx = vertx;
    this.store = store;
    this.kept = settings.approvals().kept();
  }

  void start(@Observes StartupEvent event) {
    timer =
        vertx.setPeriodic(
            EVERY.toMillis(),
            ignored ->
                store
                    .forget(Instant.now().minus(kept))
                    .subscribe()
                    .with(
                        gone -> LOG.debugf("%d approvals removed", gone),
                        failure -> LOG.warnf("Old approvals were not removed: %s", failure)));
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }
}
