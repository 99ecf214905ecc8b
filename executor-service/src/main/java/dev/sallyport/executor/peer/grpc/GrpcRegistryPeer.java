package dev.sallyport.executor.peer.grpc;

import dev.sallyport.executor.peer.RegistryPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.kit.grpc.PeerChannels;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.MutinyRegistryGrpc;
import dev.sallyport.proto.registry.v1.PresenceAck;
import dev.sallyport.proto.registry.v1.PresenceNote;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServersEvent;
import dev.sallyport.proto.registry.v1.WatchServersRequest;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;

@DefaultBean
@ApplicationScoped
class GrpcRegistryPeer implements RegistryPeer {

  private static final long REPORT_SECONDS = 10;

  private final PeerChannels channels;

  GrpcRegistryPeer(PeerChannels channels) {
    this.channels = channels;
  }

  @Override
  public Multi<ServersEvent> watchServers(WatchServersRequest request) {
    return MutinyRegistryGrpc.newMutinyStub(channels.to(Peer.REGISTRY))
        .watchServers(request)
        .onFailure()
        .transform(GrpcErrors::fromStatus);
  }

  @Override
  public Uni<ReportAck> reportCatalogue(CatalogueReport report) {
    return stub().reportCatalogue(report).onFailure().transform(GrpcErrors::fromStatus);
  }

  @Override
  public Uni<ReportAck> reportHealth(HealthReport report) {
    return stub().reportHealth(report).onFailure().transform(GrpcErrors::fromStatus);
  }

  @Override
  public Uni<PresenceAck> notePresence(PresenceNote note) {
    return stub().notePresence(note).onFailure().transform(GrpcErrors::fromStatus);
  }

  private MutinyRegistryGrpc.MutinyRegistryStub stub() {
    return MutinyRegistryGrpc.newMutinyStub(channels.to(Peer.REGISTRY))
        .withDeadlineAfter(REPORT_SECONDS, TimeUnit.SECONDS);
  }
}
