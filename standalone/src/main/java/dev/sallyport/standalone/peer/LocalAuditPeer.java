package dev.sallyport.standalone.peer;

import dev.sallyport.audit.record.AuditOperations;
import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Audit, asked by edge. */
@Singleton
final class LocalAuditPeer implements AuditPeer {

  /** A stream has no tenant: each record in it names its own. */
  private static final CallContext STREAM = CallContext.ofService(Peer.EDGE, "*");

  private final AuditOperations audit;
  private final Direct direct = new Direct(Peer.EDGE);

  LocalAuditPeer(AuditOperations audit) {
    this.audit = audit;
  }

  @Override
  public Multi<AppendAck> append(Multi<AppendBatch> batches) {
    return Multi.createFrom().deferred(() -> audit.append(STREAM, batches));
  }

  @Override
  public Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request) {
    return direct.answer(request.getContext(), request, audit::queryCalls);
  }

  @Override
  public Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request) {
    return direct.answer(request.getContext(), request, audit::queryUsage);
  }
}
