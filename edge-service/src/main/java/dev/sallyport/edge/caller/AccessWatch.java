package dev.sallyport.edge.caller;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens to policy for as long as edge runs, through broken streams and silent ones, and asks for
 * what it missed. Events are handed on one at a time.
 */
final class AccessWatch {

  private static final Logger LOG = Logger.getLogger(AccessWatch.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration CHECK_EVERY = Duration.ofMillis(250);

  private final Vertx vertx;
  private final PolicyPeer policy;
  private final Duration silenceBound;
  private final Consumer<AccessEvent> onEvent;
  private final String edge = "edge-" + UUID.randomUUID();

  private volatile long heardNanos;
  private volatile boolean heard;
  private volatile boolean running;

  // Guarded by this.
  private long sequence;
  private int connection;
  private @Nullable Cancellable stream;
  private long connectedNanos;
  private Duration pause = FIRST_PAUSE;
  private long timer;
  private boolean complained;

  AccessWatch(
      Vertx vertx, PolicyPeer policy, Duration silenceBound, Consumer<AccessEvent> onEvent) {
    this.vertx = vertx;
    this.policy = policy;
    this.silenceBound = silenceBound;
    this.onEvent = onEvent;
  }

  synchronized void start() {
    running = true;
    timer = vertx.setPeriodic(CHECK_EVERY.toMillis(), ignored -> replaceSilentStream());
    connect();
  }

  synchronized void stop() {
    running = false;
    vertx.cancelTimer(timer);
    drop();
  }

  /** True while what edge knows about access must not be relied on. */
  boolean isSilent() {
    return !heard || System.nanoTime() - heardNanos > silenceBound.toNanos();
  }

  /** Is every change up to this sequence in force here? */
  synchronized boolean hasSeen(long wanted) {
    return sequence >= wanted;
  }

  private synchronized void connect() {
    if (!running) {
      return;
    }
    int mine = ++connection;
    connectedNanos = System.nanoTime();
    WatchAccessRequest request =
        WatchAccessRequest.newBuilder()
            .setContext(CallContexts.toProto(CallContext.ofService(Peer.EDGE, "default")))
            .setEdge(edge)
            .setUnderstandsAccess(true)
            .setAfterSequence(sequence)
            .build();
    Cancellable opened =
        policy
            .watchAccess(request)
            .subscribe()
            .with(
                event -> take(mine, event),
                failure -> reconnect(mine, failure),
                () -> reconnect(mine, null));
    if (mine == connection) {
      stream = opened;
    }
  }

  private synchronized void take(int from, AccessEvent event) {
    if (from != connection) {
      return;
    }
    if (complained) {
      complained = false;
      LOG.info("Access changes arrive again");
    }
    pause = FIRST_PAUSE;
    sequence = event.hasReset() ? event.getSequence() : Math.max(sequence, event.getSequence());
    onEvent.accept(event);
    // Last, so that whoever sees the stream alive also sees what it brought.
    heardNanos = System.nanoTime();
    heard = true;
  }

  private synchronized void reconnect(int from, @Nullable Throwable failure) {
    if (from != connection || !running) {
      return;
    }
    connection++;
    stream = null;
    if (!complained) {
      complained = true;
      LOG.warnf(
          "The access stream broke%s; callers are refused after %d ms of silence",
          failure == null ? "" : " (" + failure.getMessage() + ")", silenceBound.toMillis());
    }
    long wait = pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis());
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    vertx.setTimer(Math.max(1, wait), ignored -> connect());
  }

  /** A stream that is open and says nothing may hang on a replica that is gone. */
  private synchronized void replaceSilentStream() {
    long bound = silenceBound.toNanos() / 2;
    long now = System.nanoTime();
    boolean silent = !heard || now - heardNanos > bound;
    if (stream != null && silent && now - connectedNanos > bound) {
      int mine = connection;
      drop();
      connection = mine;
      reconnect(mine, null);
    }
  }

  private void drop() {
    connection++;
    Cancellable open = stream;
    stream = null;
    if (open != null) {
      open.cancel();
    }
  }
}
