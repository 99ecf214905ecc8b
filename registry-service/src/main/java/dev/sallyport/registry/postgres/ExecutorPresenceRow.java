package dev.sallyport.registry.postgres;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/** When an executor was last seen, by Postgres' clock, on which all replicas agree. */
@Entity
@Table(schema = "registry", name = "executor_presence")
@IdClass(ExecutorPresenceRow.Key.class)
class ExecutorPresenceRow {

  /** A run of an executor. */
  record Key(String executor, long epoch) {}

  @Id String executor = "";
  @Id long epoch;
  Instant seenAt = Instant.EPOCH;

  /** The rows of runs that ended long ago go with the first note of another. */
  static Uni<Void> note(Mutiny.Session session, String executor, long epoch) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from registry.executor_presence where seen_at < now() - interval '1 day')
            insert into registry.executor_presence (executor, epoch, seen_at)
            values (:executor, :epoch, now())
            on conflict (executor, epoch) do update set seen_at = excluded.seen_at""")
        .setParameter("executor", executor)
        .setParameter("epoch", epoch)
        .executeUpdate()
        .replaceWithVoid();
  }

  static Uni<Void> forget(Mutiny.Session session, String executor, long epoch) {
    return session
        .createMutationQuery(
            "delete from ExecutorPresenceRow where executor = :executor and epoch = :epoch")
        .setParameter("executor", executor)
        .setParameter("epoch", epoch)
        .executeUpdate()
        .replaceWithVoid();
  }

  static Uni<Boolean> isPresent(
      Mutiny.Session session, String executor, long epoch, Duration silence) {
    return session
        .createNativeQuery(
            """
            select exists (select from registry.executor_presence
              where executor = :executor and epoch = :epoch
                and seen_at > now() - :millis * interval '1 millisecond')""",
            Boolean.class)
        .setParameter("executor", executor)
        .setParameter("epoch", epoch)
        .setParameter("millis", silence.toMillis())
        .getSingleResult();
  }
}
