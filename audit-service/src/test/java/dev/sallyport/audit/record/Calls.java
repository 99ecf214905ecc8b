package dev.sallyport.audit.record;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Content;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.QueryCallsRequest;
import dev.sallyport.proto.audit.v1.QueryCallsResponse;
import dev.sallyport.proto.audit.v1.RecordKind;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Records as an edge writes them, and an edge that sends them. Two tenants. */
final class Calls {

  static final String TENANT = "default";
  static final String OTHER_TENANT = "other";
  static final String EDGE = "edge_a";
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private Calls() {}

  static AuditRecord.Builder record(RecordKind kind, String tenant, CallId id) {
    return AuditRecord.newBuilder()
        .setTenant(tenant)
        .setCallId(id.toString())
        .setKind(kind)
        .setEdge(EDGE)
        .setEdgeEpoch(1)
        .setTimeMicros(id.time().toEpochMilli() * 1000 + 7);
  }

  static AuditRecord open(String tenant, CallId id) {
    return record(RecordKind.RECORD_KIND_OPEN, tenant, id)
        .setCaller("vk_1")
        .setKeyId("vk_1")
        .setKeyName("laptop")
        .setDoor("mcp")
        .setMethod("tools/call")
        .setServer("demo")
        .setTool("echo")
        .setExposedName("demo__echo")
        .setArguments(content("{\"text\":\"hello\"}"))
        .build();
  }

  static AuditRecord close(String tenant, CallId id, Outcome outcome) {
    return record(RecordKind.RECORD_KIND_CLOSE, tenant, id)
        .setSequence(1)
        .setOutcome(outcome)
        .setLatencyMicros(1234)
        .setUpstreamMicros(1000)
        .setDecision("allow")
        .setResult(content("{\"content\":[]}"))
        .build();
  }

  static AuditRecord started(String tenant, String edge, long epoch) {
    return record(RecordKind.RECORD_KIND_EDGE_STARTED, tenant, CallId.next())
        .setEdge(edge)
        .setEdgeEpoch(epoch)
        .build();
  }

  static Content content(String text) {
    ByteString data = ByteString.copyFromUtf8(text);
    return Content.newBuilder()
        .setData(data)
        .setLength(data.size())
        .setSalt(ByteString.copyFromUtf8("0123456789abcdef"))
        .setSaltedDigest(ByteString.copyFrom(new byte[32]))
        .build();
  }

  static AppendBatch batch(AuditRecord... records) {
    return batch(EDGE, Arrays.asList(records));
  }

  static AppendBatch batch(String edge, List<AuditRecord> records) {
    return AppendBatch.newBuilder()
        .setEdge(edge)
        .setPosition(records.size())
        .addAllRecords(records.stream().map(AuditRecord::toByteString).toList())
        .build();
  }

  static AppendAck send(AuditOperations audit, AuditRecord... records) {
    return send(audit, batch(records)).getFirst();
  }

  static List<AppendAck> send(AuditOperations audit, AppendBatch... batches) {
    return audit
        .append(CallContext.ofService(Peer.EDGE, TENANT), Multi.createFrom().items(batches))
        .collect()
        .asList()
        .await()
        .atMost(PATIENCE);
  }

  static QueryCallsResponse query(
      AuditOperations audit, String tenant, QueryCallsRequest.Builder request) {
    return audit
        .queryCalls(CallContext.ofService(Peer.EDGE, tenant), request.build())
        .await()
        .atMost(PATIENCE);
  }

  static QueryCallsResponse query(AuditOperations audit, String tenant) {
    return query(audit, tenant, QueryCallsRequest.newBuilder());
  }
}
