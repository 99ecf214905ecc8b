package dev.sallyport.policy.limit;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsResponse;
import dev.sallyport.proto.policy.v1.DeleteLimitRequest;
import dev.sallyport.proto.policy.v1.DeleteLimitResponse;
import dev.sallyport.proto.policy.v1.ListLimitsRequest;
import dev.sallyport.proto.policy.v1.ListLimitsResponse;
import dev.sallyport.proto.policy.v1.PutLimitRequest;
import dev.sallyport.proto.policy.v1.PutLimitResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/**
 * Reads and changes limits, for gRPC and for direct callers alike. Only edge may ask. The tenant is
 * always that of the context.
 */
@Singleton
public final class LimitOperations {

  public Uni<ListLimitsResponse> listLimits(CallContext context, ListLimitsRequest request) {
    throw new UnsupportedOperationException();
  }

  public Uni<PutLimitResponse> putLimit(CallContext context, PutLimitRequest request) {
    throw new UnsupportedOperationException();
  }

  public Uni<DeleteLimitResponse> deleteLimit(CallContext context, DeleteLimitRequest request) {
    throw new UnsupportedOperationException();
  }

  public Uni<ApplyLimitsResponse> applyLimits(CallContext context, ApplyLimitsRequest request) {
    throw new UnsupportedOperationException();
  }
}
