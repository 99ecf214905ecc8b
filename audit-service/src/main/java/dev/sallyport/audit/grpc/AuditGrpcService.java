package dev.sallyport.audit.grpc;

import dev.sallyport.audit.record.AuditOperations;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.Audit;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import dev.sallyport.proto.common.v1.CallContext;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

@GrpcService
@Singleton
class AuditGrpcService implements Audit {

  /** A stream has no tenant: each record in it names its own. */
  private static final CallContext STREAM = CallContext.newBuilder().setTenant("*").build();

  private final AuditOperations audit;

  AuditGrpcService(AuditOperations audit) {
    this.audit = audit;
  }

  @Override
  public Multi<AppendAck> append(Multi<AppendBatch> batches) {
    try {
      return audit
          .append(CallContexts.of(STREAM), batches)
          .onFailure()
          .transform(GrpcErrors::toStatus);
    } catch (RuntimeException e) {
      return Multi.createFrom().failure(GrpcErrors.toStatus(e));
    }
  }

  @Override
  public Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request) {
    try {
      return audit
          .queryUsage(CallContexts.of(request.getContext()), request)
          .onFailure()
          .transform(GrpcErrors::toStatus);
    } catch (RuntimeException e) {
      return Uni.createFrom().failure(GrpcErrors.toStatus(e));
    }
  }

  @Override
  public Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request) {
    try {
      return audit
          .queryCalls(CallContexts.of(request.getContext()), request)
          .onFailure()
          .transform(GrpcErrors::toStatus);
    } catch (RuntimeException e) {
      return Uni.createFrom().failure(GrpcErrors.toStatus(e));
    }
  }
}
