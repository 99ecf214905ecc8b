package dev.sallyport.edge.admin;

import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Audit in memory: answers by tenant and call id, and remembers what it was asked. */
@Alternative
@Singleton
public class FakeAudit implements AuditPeer {

  public final List<CallView> calls = new CopyOnWriteArrayList<>();
  public final List<QueryCallsRequest> asked = new CopyOnWriteArrayList<>();
  public final List<QueryUsageRequest> usageAsked = new CopyOnWriteArrayList<>();
  public volatile QueryUsageResponse usage = QueryUsageResponse.getDefaultInstance();
  public volatile @Nullable RuntimeException failure;

  public void reset() {
    calls.clear();
    asked.clear();
    usageAsked.clear();
    usage = QueryUsageResponse.getDefaultInstance();
    failure = null;
  }

  @Override
  public Multi<AppendAck> append(Multi<AppendBatch> batches) {
    return batches.map(batch -> AppendAck.newBuilder().setPosition(batch.getPosition()).build());
  }

  @Override
  public Uni<QueryUsageResponse> queryUsage(QueryUsageRequest request) {
    usageAsked.add(request);
    RuntimeException planned = failure;
    return planned == null ? Uni.createFrom().item(usage) : Uni.createFrom().failure(planned);
  }

  @Override
  public Uni<QueryCallsResponse> queryCalls(QueryCallsRequest request) {
    asked.add(request);
    RuntimeException planned = failure;
    if (planned != null) {
      return Uni.createFrom().failure(planned);
    }
    List<CallView> found =
        calls.stream()
            .filter(
                call ->
                    call.getOpen().getTenant().equals(request.getContext().getTenant())
                        && (request.getCallId().isEmpty()
                            || call.getOpen().getCallId().equals(request.getCallId())))
            .toList();
    return Uni.createFrom()
        .item(
            QueryCallsResponse.newBuilder()
                .addAllCalls(request.getCountOnly() ? List.of() : found)
                .setTotal(found.size())
                .build());
  }
}
