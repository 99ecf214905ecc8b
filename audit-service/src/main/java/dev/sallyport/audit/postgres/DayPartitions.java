package dev.sallyport.audit.postgres;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * A partition for each day: made ahead by a timer, and on demand for a day that has none. A day far
 * from today, or one whose partition cannot be made, goes to the default partition: a record is
 * never refused for want of one.
 */
@ApplicationScoped
class DayPartitions {

  private static final Logger LOG = Logger.getLogger(DayPartitions.class);

  private static final int DAYS_AHEAD = 3;
  private static final int DAYS_ON_DEMAND = 31;
  private static final Duration CHECKED_EVERY = Duration.ofHours(1);

  private final Pool pool;
  private final Vertx vertx;
  private final Clock clock;
  private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();
  private long timer;

  @jakarta.inject.Inject
  DayPartitions(Pool pool, Vertx vertx) {
    this(pool, vertx, Clock.systemUTC());
  }

  DayPartitions(Pool pool, Vertx vertx, Clock clock) {
    this.pool = pool;
    this.vertx = vertx;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    ahead();
    timer = vertx.setPeriodic(CHECKED_EVERY.toMillis(), id -> ahead());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  private void ahead() {
    LocalDate today = LocalDate.now(clock);
    Set<LocalDate> days = new TreeSet<>();
    for (int i = 0; i <= DAYS_AHEAD; i++) {
      days.add(today.plusDays(i));
    }
    ensure(days).subscribe().with(done -> {}, error -> LOG.error("no partitions ahead", error));
  }

  /** Completes when every day among {@code days} that may have one has a partition. Never fails. */
  Uni<Void> ensure(Collection<LocalDate> days) {
    if (known.containsAll(days)) {
      return Uni.createFrom().voidItem();
    }
    LocalDate today = LocalDate.now(clock);
    Uni<Void> all = Uni.createFrom().voidItem();
    for (LocalDate day : new TreeSet<>(days)) {
      boolean near =
          day.isAfter(today.minusDays(DAYS_ON_DEMAND))
              && day.isBefore(today.plusDays(DAYS_ON_DEMAND));
      if (near && !known.contains(day)) {
        all = all.chain(() -> make(day));
      }
    }
    return all;
  }

  private Uni<Void> make(LocalDate day) {
    String sql =
        "CREATE TABLE IF NOT EXISTS audit.record_"
            + DateTimeFormatter.BASIC_ISO_DATE.format(day)
            + " PARTITION OF audit.record FOR VALUES FROM ('"
            + day
            + "') TO ('"
            + day.plusDays(1)
            + "')";
    return pool.withTransaction(
            connection ->
                // Two replicas that make the same table at once would fail each other.
                connection
                    .query("SELECT pg_advisory_xact_lock(hashtext('audit.record'))")
                    .execute()
                    .chain(() -> connection.query(sql).execute()))
        .invoke(() -> known.add(day))
        .onFailure()
        .invoke(
            error ->
                LOG.warnf(
                    "the partition of %s was not made, its records go to record_other: %s",
                    day, error.getMessage()))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }
}
