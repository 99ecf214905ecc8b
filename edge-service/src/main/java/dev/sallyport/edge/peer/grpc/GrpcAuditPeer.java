package dev.sallyport.edge.peer.grpc;

import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.kit.grpc.PeerChannels;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.MutinyAuditGrpc;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** audit-service in its own process. */
@DefaultBean
@ApplicationScoped
class GrpcAuditPeer implements AuditPeer {

  private final PeerChannels channels;

  GrpcAuditPeer(PeerChannels channels) {
    this.channels = channels;
  }

  @Override
  public Multi<AppendAck> append(Multi<AppendBatch> batches) {
    return Multi.createFrom()
        .deferred(() -> stub().append(batches))
        .onFailure()
        .transform(GrpcErrors::fromStatus);
  }

  @Override
  public Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request) {
    return Uni.createFrom()
        .deferred(() -> stub().queryCalls(request))
        .onFailure()
        .transform(GrpcErrors::fromStatus);
  }

  @Override
  public Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request) {
    return Uni.createFrom()
        .deferred(() -> stub().queryUsage(request))
        .onFailure()
        .transform(GrpcErrors::fromStatus);
  }

  private MutinyAuditGrpc.MutinyAuditStub stub() {
    return MutinyAuditGrpc.newMutinyStub(channels.to(Peer.AUDIT));
  }
}
