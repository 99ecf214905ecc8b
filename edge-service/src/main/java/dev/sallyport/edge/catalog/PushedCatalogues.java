package dev.sallyport.edge.catalog;

import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Catalogues as registry pushes them. While registry is away the last ones are served, after a
 * restart those on the disk. A snapshot takes their place as a whole once it is complete and not
 * older than what is known.
 */
@Singleton
final class PushedCatalogues implements Catalogues {

  private static final Logger LOG = Logger.getLogger(PushedCatalogues.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration CHECK_EVERY = Duration.ofMillis(500);

  private final Vertx vertx;
  private final RegistryPeer registry;
  private final CatalogueSettings settings;
  private final DiskCopy disk;
  private final KnownCatalogues known;
  private final List<BiConsumer<TenantCatalogue, TenantCatalogue>> listeners =
      new CopyOnWriteArrayList<>();
  private final String edge = "edge-" + UUID.randomUUID();
  private volatile boolean ready;

  // Guarded by this.
  private boolean running;
  private long sequence;
  private int connection;
  private @Nullable Cancellable stream;
  private @Nullable Map<ServerId, ServerCatalogue> snapshot;
  private boolean snapshotComplete;
  private long connectedNanos;
  private long heardNanos;
  private Duration pause = FIRST_PAUSE;
  private long timer;
  private boolean complained;
  private boolean saveDue;
  private boolean saving;

  @Inject
  PushedCatalogues(
      Vertx vertx,
      RegistryPeer registry,
      CatalogueSettings settings,
      @ConfigProperty(name = "sallyport.edge.data", defaultValue = "data") Path data) {
    this.vertx = vertx;
    this.registry = registry;
    this.settings = settings;
    this.known = new KnownCatalogues(settings.bareNames());
    this.disk = new DiskCopy(data.resolve("catalogue"));
  }

  void onStart(@Observes StartupEvent event) {
    start();
  }

  void onStop(@Observes ShutdownEvent event) {
    stop();
  }

  /** Reads the copy on disk (blocks) and begins to follow registry. */
  synchronized void start() {
    DiskCopy.Content content = disk.read();
    if (content != null) {
      known.continueFrom(content.versions());
      known.replace(content.servers(), 0);
      sequence = content.sequence();
      ready = true;
      LOG.infof(
          "%d servers are served from the disk until registry answers", content.servers().size());
    }
    running = true;
    timer = vertx.setPeriodic(CHECK_EVERY.toMillis(), ignored -> check());
    connect();
  }

  synchronized void stop() {
    running = false;
    vertx.cancelTimer(timer);
    drop();
  }

  @Override
  public TenantCatalogue current(String tenant) {
    return known.current(tenant);
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void onChange(BiConsumer<TenantCatalogue, TenantCatalogue> listener) {
    listeners.add(listener);
  }

  private synchronized void connect() {
    if (!running) {
      return;
    }
    int mine = ++connection;
    snapshot = new HashMap<>();
    snapshotComplete = false;
    connectedNanos = System.nanoTime();
    heardNanos = connectedNanos;
    WatchCatalogueRequest request =
        WatchCatalogueRequest.newBuilder()
            .setContext(CallContexts.toProto(CallContext.ofService(Peer.EDGE, "default")))
            .setEdge(edge)
            .setAsksApproval(true)
            .build();
    Cancellable opened =
        registry
            .watchCatalogue(request)
            .subscribe()
            .with(
                event -> take(mine, event),
                failure -> reconnect(mine, failure),
                () -> reconnect(mine, null));
    if (mine == connection) {
      stream = opened;
    }
  }

  private synchronized void take(int from, CatalogueEvent event) {
    if (from != connection) {
      return;
    }
    heardNanos = System.nanoTime();
    if (complained) {
      complained = false;
      LOG.info("Catalogue changes arrive again");
    }
    pause = FIRST_PAUSE;
    Map<ServerId, ServerCatalogue> building = snapshot;
    if (building != null) {
      build(building, event);
    } else if (event.getSequence() >= sequence) {
      sequence = event.getSequence();
      switch (event.getEventCase()) {
        case SERVER ->
            changed(known.put(ServerId.of(event.getServer()), event.getServer(), sequence));
        case REMOVED -> changed(known.put(ServerId.of(event.getRemoved()), null, sequence));
        case COMPLETE, HEARTBEAT, EVENT_NOT_SET -> {}
      }
    }
  }

  /** Until the snapshot counts, events go into it and what is served stays as it is. */
  private void build(Map<ServerId, ServerCatalogue> building, CatalogueEvent event) {
    switch (event.getEventCase()) {
      case SERVER -> building.put(ServerId.of(event.getServer()), event.getServer());
      case REMOVED -> building.remove(ServerId.of(event.getRemoved()));
      case COMPLETE -> snapshotComplete = true;
      case HEARTBEAT, EVENT_NOT_SET -> {}
    }
    boolean waitedLong = System.nanoTime() - connectedNanos > settings.patience().toNanos();
    if (snapshotComplete && (event.getSequence() >= sequence || waitedLong)) {
      if (event.getSequence() < sequence) {
        LOG.warnf(
            "Registry went back from sequence %d to %d and is believed",
            sequence, event.getSequence());
      }
      sequence = event.getSequence();
      snapshot = null;
      List<KnownCatalogues.Change> changes = known.replace(building, sequence);
      ready = true;
      changed(changes);
    }
  }

  private void changed(List<KnownCatalogues.Change> changes) {
    // Also for a change of health only: the copy should not call a server ready that is down.
    saveDue = true;
    save();
    for (KnownCatalogues.Change change : changes) {
      for (BiConsumer<TenantCatalogue, TenantCatalogue> listener : listeners) {
        try {
          listener.accept(change.before(), change.after());
        } catch (RuntimeException e) {
          LOG.error("A listener for catalogue changes failed", e);
        }
      }
    }
  }

  private synchronized void save() {
    if (!saveDue || saving || !running) {
      return;
    }
    saving = true;
    vertx.setTimer(
        settings.saveAfter().toMillis(),
        ignored -> vertx.executeBlocking(this::write, true).onComplete(done -> saved()));
  }

  private boolean write() {
    try {
      disk.write(toSave());
      return true;
    } catch (IOException e) {
      LOG.warnf("The catalogue was not copied to the disk: %s", e.getMessage());
      return false;
    }
  }

  private synchronized DiskCopy.Content toSave() {
    saveDue = false;
    return new DiskCopy.Content(sequence, known.versions(), known.told());
  }

  private synchronized void saved() {
    saving = false;
    save();
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
          "The catalogue stream broke%s; the last known catalogue is served",
          failure == null ? "" : " (" + failure.getMessage() + ")");
    }
    long wait = pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis());
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    vertx.setTimer(Math.max(1, wait), ignored -> connect());
  }

  /** A stream that is open and says nothing may hang on a replica that is gone. */
  private synchronized void check() {
    if (stream != null && System.nanoTime() - heardNanos > settings.silenceBound().toNanos()) {
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
