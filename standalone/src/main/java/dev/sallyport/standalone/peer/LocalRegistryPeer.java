package dev.sallyport.standalone.peer;

import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.DeleteServerRequest;
import dev.sallyport.proto.registry.v1.DeleteServerResponse;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.ListServersResponse;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.PutServerResponse;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import dev.sallyport.registry.catalogue.RegistryOperations;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Registry, asked by edge. */
@Singleton
final class LocalRegistryPeer implements RegistryPeer {

  private final RegistryOperations registry;
  private final Direct direct = new Direct(Peer.EDGE);

  LocalRegistryPeer(RegistryOperations registry) {
    this.registry = registry;
  }

  @Override
  public Multi<CatalogueEvent> watchCatalogue(WatchCatalogueRequest request) {
    return direct.stream(request.getContext(), request, registry::watchCatalogue);
  }

  @Override
  public Uni<ListServersResponse> listServers(ListServersRequest request) {
    return direct.answer(request.getContext(), request, registry::listServers);
  }

  @Override
  public Uni<PutServerResponse> putServer(PutServerRequest request) {
    return direct.answer(request.getContext(), request, registry::putServer);
  }

  @Override
  public Uni<DeleteServerResponse> deleteServer(DeleteServerRequest request) {
    return direct.answer(request.getContext(), request, registry::deleteServer);
  }

  @Override
  public Uni<ApplyServersResponse> applyServers(ApplyServersRequest request) {
    return direct.answer(request.getContext(), request, registry::applyServers);
  }
}
