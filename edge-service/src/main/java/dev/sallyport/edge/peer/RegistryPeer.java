package dev.sallyport.edge.peer;

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
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** Registry as edge uses it. Failures as in {@link PolicyPeer}. */
public interface RegistryPeer {

  Multi<CatalogueEvent> watchCatalogue(WatchCatalogueRequest request);

  Uni<ListServersResponse> listServers(ListServersRequest request);

  Uni<PutServerResponse> putServer(PutServerRequest request);

  Uni<DeleteServerResponse> deleteServer(DeleteServerRequest request);

  Uni<ApplyServersResponse> applyServers(ApplyServersRequest request);
}
