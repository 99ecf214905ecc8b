package dev.sallyport.registry.catalogue;

import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.Heartbeat;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerRemoved;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.SnapshotComplete;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what all servers are now, as this replica knows it, and tells the watchers: first
 * everything, then what changes. All state is touched by one event loop only.
 *
 * <p>An event may carry a state that is newer than its sequence, never one that is older. The
 * heartbeat says "nothing before this sequence is missing", so it stops while the log cannot be
 * read.
 */
@Singleton
public final class CatalogueFeed {

  private static final Logger LOG = Logger.getLogger(CatalogueFeed.class);
  private static final int BATCH = 500;
  private static final int WATCHER_BUFFER = 8_192;
  private static final int KEPT = 10_000;
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PRUNE_EVERY = Duration.ofMinutes(1);
  private static final long UNKNOWN = -1;

  private final Vertx vertx;
  private final ServerStore store;
  private final ChangeLog log;
  private final RegistrySettings.Watch settings;
  private final Context loop;

  private final NavigableMap<ServerKey, KnownServer> servers = new TreeMap<>();
  private final Watchers<CatalogueEvent> edges = new Watchers<>();
  private final Watchers<ServersEvent> executors = new Watchers<>();
  private final List<Runnable> waiting = new ArrayList<>();

  private long position = UNKNOWN;
  private boolean reading;
  private boolean readAgain;
  private boolean failing;
  private long lastReadNanos;
  private long pollTimer;
  private long heartbeatTimer;
  private long pruneTimer;
  private volatile boolean running;
  private volatile int size;

  public CatalogueFeed(Vertx vertx, ServerStore store, ChangeLog log, RegistrySettings settings) {
    this.vertx = vertx;
    this.store = store;
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

  /** Reads everything and begins to follow the log. */
  public void start() {
    running = true;
    loop.runOnContext(
        ignored -> {
          heartbeatTimer =
              vertx.setPeriodic(settings.heartbeat().toMillis(), timer -> onLoop(this::heartbeat));
          pruneTimer = vertx.setPeriodic(PRUNE_EVERY.toMillis(), timer -> prune());
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
          edges.complete();
          executors.complete();
          waiting.forEach(Runnable::run);
          waiting.clear();
        });
  }

  /** Reads the log now instead of at the next poll; called after a commit of this replica. */
  public void nudge() {
    onLoop(this::read);
  }

  /**
   * The catalogues of all tenants by (tenant, server), SnapshotComplete, then every change, and
   * heartbeats. A watcher that does not keep up is ended.
   */
  public Multi<CatalogueEvent> watchCatalogue() {
    return watch(
        edges,
        emitter -> {
          servers.values().forEach(server -> emitter.emit(catalogueEvent(position, server)));
          emitter.emit(
              CatalogueEvent.newBuilder()
                  .setSequence(position)
                  .setComplete(SnapshotComplete.getDefaultInstance())
                  .build());
        });
  }

  /** The same for the definitions of enabled servers. */
  public Multi<ServersEvent> watchServers() {
    return watch(
        executors,
        emitter -> {
          servers.values().stream()
              .filter(server -> server.definition().getEnabled())
              .forEach(server -> emitter.emit(serversEvent(position, server.definition())));
          emitter.emit(
              ServersEvent.newBuilder()
                  .setSequence(position)
                  .setComplete(SnapshotComplete.getDefaultInstance())
                  .build());
        });
  }

  private <E> Multi<E> watch(Watchers<E> watchers, Consumer<MultiEmitter<? super E>> snapshot) {
    return Multi.createFrom()
        .deferred(
            () ->
                Multi.createFrom()
                    .<E>emitter(
                        emitter -> {
                          emitter.onTermination(() -> onLoop(() -> watchers.remove(emitter)));
                          onLoop(() -> admit(watchers, emitter, snapshot));
                        },
                        size + WATCHER_BUFFER));
  }

  private <E> void admit(
      Watchers<E> watchers,
      MultiEmitter<? super E> emitter,
      Consumer<MultiEmitter<? super E>> snapshot) {
    if (!running) {
      emitter.complete();
    } else if (position == UNKNOWN) {
      waiting.add(() -> admit(watchers, emitter, snapshot));
    } else {
      snapshot.accept(emitter);
      watchers.add(emitter);
    }
  }

  private void onLoop(Runnable work) {
    loop.runOnContext(ignored -> work.run());
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
    if (position == UNKNOWN) {
      run(store.everything(), this::begin);
    } else {
      run(log.after(position, BATCH), this::follow);
    }
  }

  /** Runs a reading and goes on with what its continuation returns; null ends this round. */
  private <T> void run(Uni<T> reading, Function<T, @Nullable Runnable> then) {
    reading
        .ifNoItem()
        .after(READ_TIMEOUT)
        .fail()
        .subscribe()
        .with(
            item ->
                onLoop(
                    () -> {
                      Runnable next = then.apply(item);
                      if (next == null) {
                        finishRead();
                      } else {
                        next.run();
                      }
                    }),
            failure ->
                onLoop(
                    () -> {
                      if (!failing) {
                        failing = true;
                        LOG.warnf("Catalogue changes cannot be read: %s", failure);
                      }
                      finishRead();
                    }));
  }

  private void finishRead() {
    reading = false;
    if (readAgain) {
      readAgain = false;
      read();
    } else if (running) {
      pollTimer = vertx.setTimer(settings.poll().toMillis(), timer -> nudge());
    }
  }

  private void noteSuccess() {
    failing = false;
    lastReadNanos = System.nanoTime();
  }

  private @Nullable Runnable begin(ServerStore.Everything everything) {
    noteSuccess();
    Map<ServerKey, KnownServer> now = new LinkedHashMap<>();
    everything.servers().forEach(server -> now.put(server.key(), server));
    position = everything.sequence();
    List.copyOf(servers.keySet()).stream()
        .filter(key -> !now.containsKey(key))
        .forEach(key -> put(key, null));
    now.forEach(this::put);
    List<Runnable> admitted = List.copyOf(waiting);
    waiting.clear();
    admitted.forEach(Runnable::run);
    return null;
  }

  private @Nullable Runnable follow(ChangeLog.Tail tail) {
    noteSuccess();
    if (tail.head() < position || (tail.floor() > position + 1 && tail.head() > position)) {
      // A restored backup, or more changes than are kept: look at everything anew.
      return () -> run(store.everything(), this::begin);
    }
    if (tail.changes().isEmpty()) {
      return null;
    }
    Map<ServerKey, Long> changed = new LinkedHashMap<>();
    for (ChangeLog.Change change : tail.changes()) {
      changed.remove(change.key());
      changed.put(change.key(), change.sequence());
    }
    readAgain |= tail.changes().size() == BATCH;
    return () -> run(store.find(changed.keySet()), found -> apply(changed, found));
  }

  private @Nullable Runnable apply(Map<ServerKey, Long> changed, List<KnownServer> found) {
    Map<ServerKey, KnownServer> now = new LinkedHashMap<>();
    found.forEach(server -> now.put(server.key(), server));
    changed.forEach(
        (key, sequence) -> {
          position = sequence;
          put(key, now.get(key));
        });
    return null;
  }

  /** Takes in what a server is now (null: it is gone) and tells those for whom it differs. */
  private void put(ServerKey key, @Nullable KnownServer now) {
    KnownServer before = now == null ? servers.remove(key) : servers.put(key, now);
    size = servers.size();
    ServerCatalogue shown = now == null ? null : now.toCatalogue();
    ServerCatalogue shownBefore = before == null ? null : before.toCatalogue();
    if (shown == null) {
      if (shownBefore != null) {
        edges.tell(
            CatalogueEvent.newBuilder().setSequence(position).setRemoved(removed(key)).build());
      }
    } else if (!shown.equals(shownBefore)) {
      edges.tell(CatalogueEvent.newBuilder().setSequence(position).setServer(shown).build());
    }
    ServerDefinition run = enabled(now);
    ServerDefinition runBefore = enabled(before);
    if (run == null) {
      if (runBefore != null) {
        executors.tell(
            ServersEvent.newBuilder().setSequence(position).setRemoved(removed(key)).build());
      }
    } else if (!run.equals(runBefore)) {
      executors.tell(serversEvent(position, run));
    }
  }

  private static @Nullable ServerDefinition enabled(@Nullable KnownServer server) {
    return server != null && server.definition().getEnabled() ? server.definition() : null;
  }

  private static ServerRemoved removed(ServerKey key) {
    return ServerRemoved.newBuilder().setTenant(key.tenant()).setServer(key.name()).build();
  }

  private static CatalogueEvent catalogueEvent(long sequence, KnownServer server) {
    return CatalogueEvent.newBuilder()
        .setSequence(sequence)
        .setServer(server.toCatalogue())
        .build();
  }

  private static ServersEvent serversEvent(long sequence, ServerDefinition definition) {
    return ServersEvent.newBuilder().setSequence(sequence).setServer(definition).build();
  }

  private void heartbeat() {
    boolean alive =
        position != UNKNOWN
            && System.nanoTime() - lastReadNanos < settings.heartbeat().multipliedBy(4).toNanos();
    if (alive) {
      Heartbeat beat = Heartbeat.getDefaultInstance();
      edges.tell(CatalogueEvent.newBuilder().setSequence(position).setHeartbeat(beat).build());
      executors.tell(ServersEvent.newBuilder().setSequence(position).setHeartbeat(beat).build());
    }
  }

  private void prune() {
    log.prune(KEPT)
        .subscribe()
        .with(done -> {}, failure -> LOG.debug("Outbox not pruned", failure));
  }
}
