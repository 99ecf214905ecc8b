package dev.sallyport.edge.peer;

import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** Audit as edge uses it. Failures as in {@link PolicyPeer}. */
public interface AuditPeer {

  /** Acknowledgements come in the order of the batches; a batch without one is sent again. */
  Multi<AppendAck> append(Multi<AppendBatch> batches);

  Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request);

  Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request);
}
