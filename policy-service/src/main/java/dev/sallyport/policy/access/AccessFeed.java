package dev.sallyport.policy.access;

import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.Reset;
import dev.sallyport.proto.policy.v1.WatchHeartbeat;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Follows the log and tells the watchers of this replica. All state is touched by one event loop
 * only.
 *
 * <p>The heartbeat says "nothing before this sequence is missing", so it stops as soon as the log
 * cannot be read: an edge that hears nothing fails closed.
 */
@Singleton
public final class AccessFeed {

  private static final Logger LOG = Logger.getLogger(AccessFeed.class);
  private static final int BATCH = 1_000;
  private static final int WATCHER_BUFFER = 8_192;
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration PRUNE_EVERY = Duration.ofMinutes(1);
  private static final long UNKNOWN = -1;

  private final Vertx vertx;
  private final AccessLog log;
  private final PolicySettings.Watch settings;
  private final Context loop;

  private final Deque<AccessEvent> kept = new ArrayDeque<>();
  private final Set<Watcher> watchers = new LinkedHashSet<>();

  /** Last sequence that was read. */
  private long position = UNKNOWN;

  /** Every event after this sequence is in {@link #kept}. */
  private long floor;

  private boolean reading;
  private boolean readAgain;
  private boolean failing;
  private long lastReadNanos;
  private long pollTimer;
  private long heartbeatTimer;
  private long pruneTimer;
  private volatile boolean running;

  public AccessFeed(Vertx vertx, AccessLog log, PolicySettings settings) {
    this.vertx = vertx;
    this.log = log;
    this.settings = settings.watch();
    this.loop = vertx.getOrCreateContext();
  }

  /** Before those who watch, where they are in the same process. */
  void onStart(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
    start();
  }

  void onStop(@Observes ShutdownEvent event) {
    stop();
  }

  /** Begins to follow the log. */
  public void start() {
    running = true;
    loop.runOnContext(
        ignored -> {
          heartbeatTimer =
              vertx.setPeriodic(settings.heartbeat().toMillis(), timer -> onLoop(this::heartbeat));
          pruneTimer =
              vertx.setPeriodic(
                  PRUNE_EVERY.toMillis(),
                  timer ->
                      log.prune(settings.kept() * 10)
                          .subscribe()
                          .with(done -> {}, failure -> LOG.debug("Outbox not pruned", failure)));
          read();
        });
  }

  /** Ends all watches. */
  public void stop() {
    running = false;
    onLoop(
        () -> {
          vertx.cancelTimer(heartbeatTimer);
          vertx.cancelTimer(pruneTimer);
          vertx.cancelTimer(pollTimer);
          List.copyOf(watchers).forEach(watcher -> watcher.emitter.complete());
          watchers.clear();
        });
  }

  /** Reads the log now instead of at the next poll; called after a commit of this replica. */
  public void nudge() {
    onLoop(this::read);
  }

  /**
   * Changes after {@code afterSequence} (0: from now) in order, and heartbeats. Begins with {@link
   * Reset} when they are no longer kept. A watcher that does not keep up is ended.
   */
  public Multi<AccessEvent> watch(long afterSequence) {
    return Multi.createFrom()
        .emitter(
            emitter -> {
              Watcher watcher = new Watcher(emitter, afterSequence);
              emitter.onTermination(() -> onLoop(() -> watchers.remove(watcher)));
              onLoop(() -> admit(watcher));
            },
            WATCHER_BUFFER);
  }

  private void onLoop(Runnable work) {
    loop.runOnContext(ignored -> work.run());
  }

  private void admit(Watcher watcher) {
    if (!running) {
      watcher.emitter.complete();
      return;
    }
    watchers.add(watcher);
    if (position != UNKNOWN) {
      begin(watcher);
    }
  }

  private void begin(Watcher watcher) {
    if (watcher.after == 0) {
      watcher.after = position;
      watcher.tell(heartbeatAt(position));
    } else if (watcher.after < floor) {
      watcher.reset(position);
    } else {
      kept.forEach(watcher::tellChange);
    }
  }

  private void read() {
    if (!running) {
      return;
    }
    if (reading) {
      readAgain = true;
      return;
    }
    reading = true;
    vertx.cancelTimer(pollTimer);
    (position == UNKNOWN ? log.last(settings.kept()) : log.after(position, BATCH))
        .ifNoItem()
        .after(READ_TIMEOUT)
        .fail()
        .subscribe()
        .with(
            tail -> onLoop(() -> finishRead(() -> apply(tail))),
            failure -> onLoop(() -> finishRead(() -> noteFailure(failure))));
  }

  private void finishRead(Runnable outcome) {
    reading = false;
    outcome.run();
    if (readAgain) {
      readAgain = false;
      read();
    } else if (running) {
      pollTimer = vertx.setTimer(settings.poll().toMillis(), timer -> nudge());
    }
  }

  private void noteFailure(Throwable failure) {
    if (!failing) {
      failing = true;
      LOG.warnf("Access changes cannot be read, edges fail closed until they can: %s", failure);
    }
  }

  private void apply(AccessLog.Tail tail) {
    failing = false;
    lastReadNanos = System.nanoTime();
    if (position == UNKNOWN) {
      begin(tail);
      return;
    }
    if (tail.head() < position) {
      startOver(tail.head());
      return;
    }
    for (AccessEvent event : tail.events()) {
      keep(event);
      watchers.forEach(watcher -> watcher.tellChange(event));
      position = event.getSequence();
    }
    if (tail.events().size() == BATCH) {
      readAgain = true;
    } else {
      // Everything up to the head is told: a watcher that claims more follows another history.
      for (Watcher watcher : watchers) {
        if (watcher.after > tail.head()) {
          watcher.reset(position);
        }
      }
    }
  }

  private void begin(AccessLog.Tail tail) {
    tail.events().forEach(this::keep);
    position = tail.head();
    floor = tail.events().isEmpty() ? position : tail.events().getFirst().getSequence() - 1;
    watchers.forEach(this::begin);
  }

  /** The store went back in time (a restored backup). */
  private void startOver(long head) {
    LOG.warnf(
        "The access sequence went back from %d to %d; all edges resolve anew", position, head);
    kept.clear();
    position = head;
    floor = head;
    watchers.forEach(watcher -> watcher.reset(head));
  }

  private void keep(AccessEvent event) {
    kept.addLast(event);
    if (kept.size() > settings.kept()) {
      floor = kept.removeFirst().getSequence();
    }
  }

  private void heartbeat() {
    boolean alive =
        position != UNKNOWN
            && System.nanoTime() - lastReadNanos < settings.heartbeat().multipliedBy(4).toNanos();
    if (alive) {
      AccessEvent heartbeat = heartbeatAt(position);
      watchers.forEach(watcher -> watcher.tell(heartbeat));
    }
  }

  private static AccessEvent heartbeatAt(long sequence) {
    return AccessEvent.newBuilder()
        .setSequence(sequence)
        .setHeartbeat(WatchHeartbeat.getDefaultInstance())
        .build();
  }

  private static final class Watcher {
    final MultiEmitter<? super AccessEvent> emitter;
    long after;

    Watcher(MultiEmitter<? super AccessEvent> emitter, long after) {
      this.emitter = emitter;
      this.after = after;
    }

    void tell(AccessEvent event) {
      emitter.emit(event);
    }

    void tellChange(AccessEvent event) {
      if (event.getSequence() > after) {
        after = event.getSequence();
        tell(event);
      }
    }

    void reset(long sequence) {
      after = sequence;
      tell(
          AccessEvent.newBuilder()
              .setSequence(sequence)
              .setReset(Reset.getDefaultInstance())
              .build());
    }
  }
}
