package dev.sallyport.policy.postgres;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The way into Hibernate Reactive from any thread: each unit of work gets a Vert.x context of its
 * own, so that it never shares a session with whatever the caller is doing.
 */
@Singleton
final class PolicyDatabase {

  /** Values of one IN list. */
  private static final int MOST_IN_A_QUERY = 1_000;

  private final Vertx vertx;

  private final String writersTurn = "policy-writer-" + UUID.randomUUID();

  private final Context home;

  PolicyDatabase(Vertx vertx) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
  }

  <T> Uni<T> read(Function<Mutiny.Session, Uni<T>> work) {
    return onOwnContext(
        Uni.createFrom()
            .deferred(() -> Panache.withSession(() -> Panache.getSession().chain(work::apply))));
  }

  /**
   * Writers of this replica take turns before they take a connection: those that wait for the lock
   * row would otherwise hold every connection of the pool and keep the readers out.
   */
  <T> Uni<T> write(Function<Mutiny.Session, Uni<T>> work) {
    // By an emitter: a caller that gives up while it waits, or while it writes, would keep the
    // turn.
    return Uni.createFrom()
        .emitter(emitter -> inTurn(work).subscribe().with(emitter::complete, emitter::fail));
  }

  private <T> Uni<T> inTurn(Function<Mutiny.Session, Uni<T>> work) {
    return Uni.createFrom()
        .completionStage(() -> vertx.sharedData().getLocalLock(writersTurn).toCompletionStage())
        .chain(
            turn ->
                onOwnContext(
                        Uni.createFrom()
                            .deferred(
                                () ->
                                    Panache.withTransaction(
                                        () -> Panache.getSession().chain(work::apply))))
                    .eventually(turn::release));
  }

  /**
   * A transaction of the one writer of all replicas, with the row that it has locked: the order of
   * announcements is that of commits.
   */
  <T> Uni<T> writeInTurn(BiFunction<Mutiny.Session, AccessSequenceRow, Uni<T>> work) {
    return write(
        session ->
            session
                .find(
                    AccessSequenceRow.class, AccessSequenceRow.ONLY, LockModeType.PESSIMISTIC_WRITE)
                .chain(sequence -> work.apply(session, sequence)));
  }

  /**
   * The same, and whatever it does is taken back when it is done: no row, no sequence and no
   * announcement is left of it.
   */
  <T> Uni<T> tryInTurn(BiFunction<Mutiny.Session, AccessSequenceRow, Uni<T>> work) {
    return writeInTurn(
        (session, sequence) -> {
          // First of all, so that no way through leads to a commit.
          session.currentTransaction().markForRollback();
          return work.apply(session, sequence);
        });
  }

  /** Asks one after the other, for as many values as one IN list takes, and gathers the answers. */
  static <V, T> Uni<List<T>> inSlices(Collection<V> values, Function<List<V>, Uni<List<T>>> query) {
    List<V> all = List.copyOf(values);
    List<T> gathered = new ArrayList<>();
    Uni<Void> asked = Uni.createFrom().voidItem();
    for (int from = 0; from < all.size(); from += MOST_IN_A_QUERY) {
      List<V> some = all.subList(from, Math.min(all.size(), from + MOST_IN_A_QUERY));
      asked = asked.chain(() -> query.apply(some)).invoke(gathered::addAll).replaceWithVoid();
    }
    return asked.map(nothing -> List.copyOf(gathered));
  }

  private <T> Uni<T> onOwnContext(Uni<T> work) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              Context context = VertxContext.createNewDuplicatedContext(eventLoop());
              VertxContextSafetyToggle.setContextSafe(context, true);
              context.runOnContext(
                  ignored -> work.subscribe().with(emitter::complete, emitter::fail));
            });
  }

  /** That of the caller, or one of our own where the caller is on none. */
  private Context eventLoop() {
    Context caller = Vertx.currentContext();
    return caller != null && caller.isEventLoopContext() ? caller : home;
  }
}
