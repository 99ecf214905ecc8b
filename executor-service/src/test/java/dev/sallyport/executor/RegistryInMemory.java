package dev.sallyport.executor;

import dev.sallyport.executor.peer.RegistryPeer;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.Heartbeat;
import dev.sallyport.proto.registry.v1.PresenceAck;
import dev.sallyport.proto.registry.v1.PresenceNote;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerRemoved;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.SnapshotComplete;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that keeps definitions in memory and remembers what it was told. */
@ApplicationScoped
public class RegistryInMemory implements RegistryPeer {

  private final Map<String, ServerDefinition> servers = new ConcurrentHashMap<>();
  private final List<MultiEmitter<? super ServersEvent>> watchers = new CopyOnWriteArrayList<>();
  private final List<CatalogueReport> catalogues = new CopyOnWriteArrayList<>();
  private final List<HealthReport> health = new CopyOnWriteArrayList<>();
  private final List<PresenceNote> presence = new CopyOnWriteArrayList<>();
  private volatile boolean away;
  private volatile String owner = "";

  /** From now on, every request fails and open streams end. */
  public void goAway() {
    away = true;
    watchers.forEach(w -> w.fail(new IllegalStateException("registry is away")));
    watchers.clear();
  }

  public void comeBack() {
    away = false;
  }

  /**
   * From now on nothing that is reported counts, but what another executor says. Empty: all does.
   */
  public void ownedBy(String other) {
    owner = other;
  }

  public List<PresenceNote> presence() {
    return presence;
  }

  private Uni<ReportAck> ack() {
    String other = owner;
    return Uni.createFrom()
        .item(ReportAck.newBuilder().setAccepted(other.isEmpty()).setOwner(other).build());
  }

  @Override
  public Uni<PresenceAck> notePresence(PresenceNote note) {
    presence.add(note);
    return Uni.createFrom().item(PresenceAck.getDefaultInstance());
  }

  public void put(ServerDefinition definition) {
    servers.put(definition.getName(), definition);
    tell(ServersEvent.newBuilder().setServer(definition).build());
  }

  public void remove(String tenant, String name) {
    servers.remove(name);
    tell(
        ServersEvent.newBuilder()
            .setRemoved(ServerRemoved.newBuilder().setTenant(tenant).setServer(name))
            .build());
  }

  public List<CatalogueReport> catalogues() {
    return catalogues;
  }

  public List<HealthReport> health() {
    return health;
  }

  private void tell(ServersEvent event) {
    watchers.forEach(w -> w.emit(event));
  }

  @Override
  public Multi<ServersEvent> watchServers(WatchServersRequest request) {
    if (away) {
      return Multi.createFrom().failure(new IllegalStateException("registry is away"));
    }
    Multi<ServersEvent> events =
        Multi.createFrom()
            .emitter(
                emitter -> {
                  servers
                      .values()
                      .forEach(s -> emitter.emit(ServersEvent.newBuilder().setServer(s).build()));
                  emitter.emit(
                      ServersEvent.newBuilder()
                          .setComplete(SnapshotComplete.getDefaultInstance())
                          .build());
                  watchers.add(emitter);
                });
    Multi<ServersEvent> heartbeats =
        Multi.createFrom()
            .ticks()
            .every(Duration.ofMillis(250))
            .onOverflow()
            .drop()
            .map(
                tick ->
                    ServersEvent.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
    return Multi.createBy().merging().streams(events, heartbeats);
  }

  @Override
  public Uni<ReportAck> reportCatalogue(CatalogueReport report) {
    if (away) {
      return Uni.createFrom().failure(new IllegalStateException("registry is away"));
    }
    catalogues.add(report);
    return ack();
  }

  @Override
  public Uni<ReportAck> reportHealth(HealthReport report) {
    if (away) {
      return Uni.createFrom().failure(new IllegalStateException("registry is away"));
    }
    health.add(report);
    return ack();
  }
}
