package dev.sallyport.audit.record;

import dev.sallyport.audit.chain.ChainHead;
import dev.sallyport.audit.chain.ChainVerdict;
import dev.sallyport.audit.chain.ChainWalk;
import dev.sallyport.audit.chain.ChainedRecord;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.QueryUsageResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * What audit-service does, for whoever may ask: today only the edge, as {@link CallContext#peer}
 * proves. Failures are {@link CallFailed}. Any thread; nothing blocks.
 */
@ApplicationScoped
public class AuditOperations {

  private static final int DEFAULT_CALLS = 100;
  private static final int MOST_CALLS = 1000;

  /** A page says how many calls match up to here; beyond, only a count does. */
  private static final long COUNTED_WITH_A_PAGE = 10_000;

  private static final int VERIFIED_AT_ONCE = 1000;

  private final RecordStore store;

  AuditOperations(RecordStore store) {
    this.store = store;
  }

  /**
   * Takes batches one after the other, and acknowledges each after its commit. A batch that cannot
   * be kept fails the stream: the sender begins again from the last acknowledgement.
   *
   * @param context of the stream; the tenant of each record is the one that it names itself
   */
  public Multi<AppendAck> append(CallContext context, Multi<AppendBatch> batches) {
    if (context.peer() != Peer.EDGE) {
      return Multi.createFrom().failure(forbidden());
    }
    return batches.onItem().transformToUniAndConcatenate(this::keep);
  }

  private Uni<AppendAck> keep(AppendBatch batch) {
    if (batch.getEdge().isEmpty()) {
      return Uni.createFrom()
          .failure(
              new CallFailed(
                  Failure.of(ErrorCode.INVALID_PARAMS, "A batch has to name its edge.")));
    }
    Uni<Integer> duplicates = Uni.createFrom().item(0);
    for (ArrivedBatch part : ArrivedBatch.partsOf(batch)) {
      duplicates =
          duplicates.chain(
              before -> store.append(part).map(repeated -> before + repeated + part.repeated()));
    }
    return duplicates.map(
        count ->
            AppendAck.newBuilder().setPosition(batch.getPosition()).setDuplicates(count).build());
  }

  /** Calls of the context's tenant. */
  public Uni<QueryCallsResponse> queryCalls(CallContext context, QueryCallsRequest request) {
    if (context.peer() != Peer.EDGE) {
      return Uni.createFrom().failure(forbidden());
    }
    CallFilter filter;
    try {
      filter = CallFilter.of(context, request);
    } catch (CallFailed e) {
      return Uni.createFrom().failure(e);
    }
    if (request.getCountOnly()) {
      return store
          .count(filter, Long.MAX_VALUE)
          .map(total -> QueryCallsResponse.newBuilder().setTotal(total).build());
    }
    int limit = request.getLimit() == 0 ? DEFAULT_CALLS : request.getLimit();
    if (limit < 0 || limit > MOST_CALLS) {
      return Uni.createFrom()
          .failure(
              new CallFailed(
                  Failure.of(
                      ErrorCode.INVALID_PARAMS, "The limit is from 1 to " + MOST_CALLS + ".")));
    }
    return Uni.combine()
        .all()
        .unis(store.calls(filter, limit), store.count(filter, COUNTED_WITH_A_PAGE))
        .asTuple()
        .map(
            found ->
                QueryCallsResponse.newBuilder()
                    .addAllCalls(found.getItem1())
                    .setTotal(found.getItem2())
                    .build());
  }

  /** What calls of the context's tenant were, and what they cost. */
  public Uni<QueryUsageResponse> queryUsage(CallContext context, QueryUsageRequest request) {
    if (context.peer() != Peer.EDGE) {
      return Uni.createFrom().failure(forbidden());
    }
    UsageQuestion question;
    try {
      question = UsageQuestion.of(context, request);
    } catch (CallFailed e) {
      return Uni.createFrom().failure(e);
    }
    return store
        .usage(question)
        .map(
            rows ->
                QueryUsageResponse.newBuilder()
                    .addAllRows(rows.subList(0, Math.min(rows.size(), question.limit())))
                    .setTruncated(rows.size() > question.limit())
                    .build());
  }

  /**
   * Walks one chain of the context's tenant from its beginning and compares it with its stored
   * head. What comes in meanwhile is not looked at.
   */
  public Uni<ChainVerdict> verify(CallContext context, int shard) {
    if (context.peer() != Peer.EDGE) {
      return Uni.createFrom().failure(forbidden());
    }
    String tenant = context.tenant();
    return store
        .head(tenant, shard)
        .chain(head -> walk(new ChainWalk(tenant, shard), head, Long.MIN_VALUE, 0));
  }

  /**
   * By ranges of positions and not by counts, so that a position that stands twice is seen twice.
   */
  private Uni<ChainVerdict> walk(ChainWalk walk, ChainHead head, long after, long done) {
    if (done >= head.position()) {
      return Uni.createFrom().item(walk.end(head));
    }
    long until = Math.min(done + VERIFIED_AT_ONCE, head.position());
    return store
        .chain(head.tenant(), head.shard(), after, until)
        .chain(
            records -> {
              for (ChainedRecord record : records) {
                Optional<ChainVerdict.Broken> broken = walk.next(record);
                if (broken.isPresent()) {
                  return Uni.createFrom().item(broken.get());
                }
              }
              return walk(walk, head, until, until);
            });
  }

  private static CallFailed forbidden() {
    return new CallFailed(Failure.of(ErrorCode.FORBIDDEN));
  }
}
