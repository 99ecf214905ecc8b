package dev.sallyport.audit.record;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.RecordKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records of one edge as they are kept: each key once, in the order of the spool.
 *
 * @param begins position in the spool before its first record; 0: not known
 * @param position after its last
 * @param repeated records whose key came more than once in this batch
 */
public record ArrivedBatch(
    String edge,
    long begins,
    long position,
    List<AuditRecord> records,
    List<Rejected> rejected,
    int repeated) {

  /** Sequence of the CLOSE that this service writes; the sender's own sequences are lower. */
  public static final int UNKNOWN_SEQUENCE = Integer.MAX_VALUE;

  /** Longer texts are cut: a caller chooses some of them. */
  static final int MAX_TEXT_CHARS = 1024;

  private static final long MAX_MICROS = 253_402_300_799_999_999L;

  /** Bytes that are not a record. */
  public record Rejected(ByteString data, String reason) {}

  /** What makes a record the same record. */
  public record Key(String tenant, String callId, int sequence) {
    public static Key of(AuditRecord record) {
      return new Key(record.getTenant(), record.getCallId(), record.getSequence());
    }
  }

  /**
   * Reads a batch, cut before each EDGE_STARTED, so that such a record is always the first of its
   * part. The parts are to be kept in this order.
   */
  public static List<ArrivedBatch> partsOf(AppendBatch batch) {
    List<ArrivedBatch> parts = new ArrayList<>();
    Part part = new Part();
    for (ByteString data : batch.getRecordsList()) {
      AuditRecord record;
      try {
        record = asKept(AuditRecord.parseFrom(data), batch.getEdge());
      } catch (InvalidProtocolBufferException e) {
        part.rejected.add(new Rejected(data, "not a serialised AuditRecord"));
        continue;
      } catch (IllegalArgumentException e) {
        part.rejected.add(new Rejected(data, String.valueOf(e.getMessage())));
        continue;
      }
      if (record.getKind() == RecordKind.RECORD_KIND_EDGE_STARTED && !part.isEmpty()) {
        parts.add(part.of(batch));
        part = new Part();
      }
      if (part.records.putIfAbsent(Key.of(record), record) != null) {
        part.repeated++;
      }
    }
    parts.add(part.of(batch));
    return parts;
  }

  private static final class Part {
    private final Map<Key, AuditRecord> records = new LinkedHashMap<>();
    private final List<Rejected> rejected = new ArrayList<>();
    private int repeated;

    boolean isEmpty() {
      return records.isEmpty() && rejected.isEmpty();
    }

    ArrivedBatch of(AppendBatch batch) {
      return new ArrivedBatch(
          batch.getEdge(),
          batch.getBegins(),
          batch.getPosition(),
          List.copyOf(records.values()),
          List.copyOf(rejected),
          repeated);
    }
  }

  /** The epoch that begins with this part; 0 when none does. */
  public long beginsEpoch() {
    return !records.isEmpty() && records.getFirst().getKind() == RecordKind.RECORD_KIND_EDGE_STARTED
        ? records.getFirst().getEdgeEpoch()
        : 0;
  }

  /** The CLOSE of a call whose edge went away before it could write one. */
  public AuditRecord unknown(String tenant, String callId, long epoch) {
    return AuditRecord.newBuilder()
        .setTenant(tenant)
        .setCallId(callId)
        .setSequence(UNKNOWN_SEQUENCE)
        .setKind(RecordKind.RECORD_KIND_CLOSE)
        .setEdge(edge)
        .setEdgeEpoch(epoch)
        .setTimeMicros(records.getFirst().getTimeMicros())
        .setOutcome(Outcome.OUTCOME_UNKNOWN)
        .build();
  }

  /**
   * The record in the form that Postgres gives back unchanged, because the chain covers it.
   *
   * @throws IllegalArgumentException saying why it is no record
   */
  private static AuditRecord asKept(AuditRecord record, String edge) {
    if (record.getTenant().isEmpty()) {
      throw new IllegalArgumentException("no tenant");
    }
    if (!record.getTenant().equals(text(record.getTenant()))) {
      throw new IllegalArgumentException("a tenant that cannot be stored");
    }
    if (!record.getEdge().equals(edge)) {
      throw new IllegalArgumentException("a record of another edge");
    }
    if (record.getKindValue() <= 0 || record.getKindValue() > Short.MAX_VALUE) {
      throw new IllegalArgumentException("no kind");
    }
    if (record.getOutcomeValue() < 0 || record.getOutcomeValue() > Short.MAX_VALUE) {
      throw new IllegalArgumentException("an outcome out of range");
    }
    if (record.getSequence() < 0 || record.getSequence() == UNKNOWN_SEQUENCE) {
      throw new IllegalArgumentException("a sequence out of range");
    }
    if (record.getTimeMicros() < 0 || record.getTimeMicros() > MAX_MICROS) {
      throw new IllegalArgumentException("a time out of range");
    }
    return record.toBuilder()
        .setCallId(CallId.parse(record.getCallId()).toString())
        .setParentCallId(
            record.getParentCallId().isEmpty()
                ? ""
                : CallId.parse(record.getParentCallId()).toString())
        .setCaller(text(record.getCaller()))
        .setKeyId(text(record.getKeyId()))
        .setKeyName(text(record.getKeyName()))
        .setCustomer(text(record.getCustomer()))
        .setTeam(text(record.getTeam()))
        .setUser(text(record.getUser()))
        .setDoor(text(record.getDoor()))
        .setClientProtocolVersion(text(record.getClientProtocolVersion()))
        .setClientInfo(text(record.getClientInfo()))
        .setMethod(text(record.getMethod()))
        .setServer(text(record.getServer()))
        .setTool(text(record.getTool()))
        .setExposedName(text(record.getExposedName()))
        .setDecision(text(record.getDecision()))
        .setRule(text(record.getRule()))
        .setCatalogueVersion(text(record.getCatalogueVersion()))
        .setErrorCode(text(record.getErrorCode()))
        .setTraceId(text(record.getTraceId()))
        .build();
  }

  /** Postgres keeps no NUL in a text, and a caller may send one. */
  private static String text(String value) {
    String kept = value.indexOf('\0') < 0 ? value : value.replace('\0', '\uFFFD');
    if (kept.length() <= MAX_TEXT_CHARS) {
      return kept;
    }
    int end = MAX_TEXT_CHARS - 1;
    return kept.substring(0, Character.isHighSurrogate(kept.charAt(end - 1)) ? end - 1 : end) + '…';
  }
}
