package dev.sallyport.edge.peer.grpc;

import dev.sallyport.edge.peer.RegistryPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.PeerChannels;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.DeleteServerRequest;
import dev.sallyport.proto.registry.v1.DeleteServerResponse;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.ListServersResponse;
import dev.sallyport.proto.registry.v1.MutinyRegistryGrpc;
import dev.sallyport.proto.registry.v1.MutinyRegistryGrpc.MutinyRegistryStub;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.PutServerResponse;
import dev.sallyport.proto.registry.v1.WatchCatalogueRequest;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

@DefaultBean
@Singleton
class GrpcRegistryPeer implements RegistryPeer {

  private final PeerChannels channels;

  GrpcRegistryPeer(PeerChannels channels) {
    this.channels = channels;
  }

  private MutinyRegistryStub stub() {
    return MutinyRegistryGrpc.newMutinyStub(channels.to(Peer.REGISTRY));
  }

  @Override
  public Multi<CatalogueEvent> watchCatalogue(WatchCatalogueRequest request) {
    return GrpcCalls.stream(this::stub, stub -> stub.watchCatalogue(request));
  }

  @Override
  public Uni<ListServersResponse> listServers(ListServersRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.listServers(request));
  }

  @Override
  public Uni<PutServerResponse> putServer(PutServerRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.putServer(request));
  }

  @Override
  public Uni<DeleteServerResponse> deleteServer(DeleteServerRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.deleteServer(request));
  }

  @Override
  public Uni<ApplyServersResponse> applyServers(ApplyServersRequest request) {
    return GrpcCalls.unary(this::stub, request.getContext(), stub -> stub.applyServers(request));
  }
}
