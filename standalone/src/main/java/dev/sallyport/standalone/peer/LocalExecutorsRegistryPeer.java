package dev.sallyport.standalone.peer;

import dev.sallyport.executor.peer.RegistryPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.PresenceAck;
import dev.sallyport.proto.registry.v1.PresenceNote;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import dev.sallyport.registry.catalogue.RegistryOperations;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Registry, asked by the executor. */
@Singleton
final class LocalExecutorsRegistryPeer implements RegistryPeer {

  private final RegistryOperations registry;
  private final Direct direct = new Direct(Peer.EXECUTOR);

  LocalExecutorsRegistryPeer(RegistryOperations registry) {
    this.registry = registry;
  }

  @Override
  public Multi<ServersEvent> watchServers(WatchServersRequest request) {
    return direct.stream(request.getContext(), request, registry::watchServers);
  }

  @Override
  public Uni<ReportAck> reportCatalogue(CatalogueReport report) {
    return direct.answer(report.getContext(), report, registry::reportCatalogue);
  }

  @Override
  public Uni<ReportAck> reportHealth(HealthReport report) {
    return direct.answer(report.getContext(), report, registry::reportHealth);
  }

  @Override
  public Uni<PresenceAck> notePresence(PresenceNote note) {
    return direct.answer(note.getContext(), note, registry::notePresence);
  }
}
