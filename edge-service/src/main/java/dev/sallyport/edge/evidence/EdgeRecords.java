package dev.sallyport.edge.evidence;

import dev.sallyport.kit.call.CallId;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.RecordKind;

/** Records that the spool itself writes. */
final class EdgeRecords {

  private EdgeRecords() {}

  static AuditRecord started(String edge, long epoch, String tenant) {
    return record(edge, epoch, tenant, CallId.next(), RecordKind.RECORD_KIND_EDGE_STARTED).build();
  }

  static AuditRecord gap(String edge, long epoch, Dropped.Gap gap) {
    return record(edge, epoch, gap.tenant(), gap.id(), RecordKind.RECORD_KIND_GAP)
        .setDropped(gap.records())
        .build();
  }

  /** A segment was damaged on the disk; how many records that took is not known. */
  static AuditRecord damaged(String edge, long epoch, String tenant) {
    return record(edge, epoch, tenant, CallId.next(), RecordKind.RECORD_KIND_GAP)
        .setErrorCode("spool_damaged")
        .build();
  }

  private static AuditRecord.Builder record(
      String edge, long epoch, String tenant, CallId id, RecordKind kind) {
    return AuditRecord.newBuilder()
        .setTenant(tenant)
        .setCallId(id.toString())
        .setKind(kind)
        .setEdge(edge)
        .setEdgeEpoch(epoch)
        .setTimeMicros(Spool.nowMicros());
  }
}
