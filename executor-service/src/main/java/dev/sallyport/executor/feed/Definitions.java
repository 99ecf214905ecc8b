package dev.sallyport.executor.feed;

import dev.sallyport.executor.peer.RegistryPeer;
import dev.sallyport.executor.upstream.UpstreamKey;
import dev.sallyport.executor.upstream.Upstreams;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Follows registry's definitions. A stream that fails or falls silent is opened again; until its
 * snapshot is complete, what was known stays in force.
 */
public final class Definitions implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Definitions.class.getName());

  /** Registry sends a heartbeat every 250 ms. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** The watch is over all tenants; a context must name one nevertheless. */
  private static final String ANY_TENANT = "default";

  private final RegistryPeer registry;
  private final Upstreams upstreams;
  private final Reports reports;
  private final String executor;
  private volatile boolean closed;
  private volatile boolean complete;
  private volatile Thread thread = Thread.currentThread();

  public Definitions(RegistryPeer registry, Upstreams upstreams, Reports reports, String executor) {
    this.registry = registry;
    this.upstreams = upstreams;
    this.reports = reports;
    this.executor = executor;
  }

  public void start() {
    thread = Thread.ofVirtual().name("registry-definitions").start(this::run);
  }

  /** True once a first snapshot was complete. */
  public boolean isComplete() {
    return complete;
  }

  private void run() {
    Duration wait = FIRST_WAIT;
    while (!closed) {
      Snapshot snapshot = new Snapshot();
      Cancellable subscription = subscribe(snapshot);
      try {
        while (!closed && snapshot.isAlive()) {
          Thread.sleep(100);
        }
        if (snapshot.isComplete) {
          wait = FIRST_WAIT;
        }
        subscription.cancel();
        if (!closed) {
          Thread.sleep(wait);
          wait =
              wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0
                  ? LONGEST_WAIT
                  : wait.multipliedBy(2);
        }
      } catch (InterruptedException e) {
        subscription.cancel();
        return;
      }
    }
  }

  private Cancellable subscribe(Snapshot snapshot) {
    try {
      return registry
          .watchServers(
              WatchServersRequest.newBuilder()
                  .setContext(
                      CallContexts.toProto(CallContext.ofService(Peer.EXECUTOR, ANY_TENANT)))
                  .setExecutor(executor)
                  .build())
          .subscribe()
          .with(snapshot::event, snapshot::failed, () -> snapshot.failed(null));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "server definitions cannot be watched", e);
      snapshot.failed(null);
      return () -> {};
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** One stream, from its first event to its end. */
  private final class Snapshot {

    private final AtomicBoolean ended = new AtomicBoolean();
    private final Set<UpstreamKey> seen = new HashSet<>();
    private volatile boolean isComplete;
    private volatile long lastNanos = System.nanoTime();

    boolean isAlive() {
      return !ended.get() && System.nanoTime() - lastNanos < LONGEST_SILENCE.toNanos();
    }

    void failed(@org.jspecify.annotations.Nullable Throwable failure) {
      if (failure != null) {
        LOG.log(System.Logger.Level.DEBUG, "the watch of server definitions failed", failure);
      }
      ended.set(true);
    }

    void event(ServersEvent event) {
      lastNanos = System.nanoTime();
      try {
        apply(event);
      } catch (RuntimeException e) {
        // One bad definition costs the others nothing.
        LOG.log(System.Logger.Level.ERROR, "a server definition could not be applied", e);
      }
    }

    private synchronized void apply(ServersEvent event) {
      switch (event.getEventCase()) {
        case SERVER -> {
          if (!isComplete) {
            seen.add(new UpstreamKey(event.getServer().getTenant(), event.getServer().getName()));
          }
          upstreams.put(event.getServer());
          if (!event.getServer().getEnabled()) {
            reports.forget(
                new UpstreamKey(event.getServer().getTenant(), event.getServer().getName()));
          }
        }
        case REMOVED -> {
          UpstreamKey key =
              new UpstreamKey(event.getRemoved().getTenant(), event.getRemoved().getServer());
          seen.remove(key);
          upstreams.remove(key);
          reports.forget(key);
        }
        case COMPLETE -> {
          isComplete = true;
          upstreams.retain(seen);
          reports.retain(seen);
          reports.repeat();
          complete = true;
        }
        case HEARTBEAT, EVENT_NOT_SET -> {}
      }
    }
  }
}
