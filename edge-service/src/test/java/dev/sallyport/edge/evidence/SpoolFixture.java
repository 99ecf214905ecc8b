package dev.sallyport.edge.evidence;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.edge.evidence.SpoolLimits.Durability;
import dev.sallyport.edge.evidence.SpoolLimits.WhenFull;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Content;
import dev.sallyport.proto.audit.v1.RecordKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the tests of the spool share. Two tenants. */
final class SpoolFixture {

  static final String TENANT = "default";
  static final String OTHER_TENANT = "other";

  static final SpoolLimits ROOMY = limits(64 * 1024 * 1024, 16 * 1024, WhenFull.REFUSE);

  private SpoolFixture() {}

  static SpoolLimits limits(long total, long segment, WhenFull whenFull) {
    return new SpoolLimits(total, segment, Durability.KERNEL, whenFull);
  }

  static Spool open(Path folder) throws IOException {
    return Spool.open(folder, ROOMY, TENANT);
  }

  static AuditRecord open(int number) {
    return record(RecordKind.RECORD_KIND_OPEN, number, 60);
  }

  static AuditRecord record(RecordKind kind, int number, int contentBytes) {
    return AuditRecord.newBuilder()
        .setTenant(number % 2 == 0 ? TENANT : OTHER_TENANT)
        .setCallId(CallId.next().toString())
        .setKind(kind)
        .setLatencyMicros(number)
        .setArguments(
            Content.newBuilder().setData(ByteString.copyFrom(new byte[contentBytes])).build())
        .build();
  }

  /** Everything from the acknowledged position on. */
  static List<AuditRecord> read(Spool spool) throws IOException {
    List<AuditRecord> all = new ArrayList<>();
    try (SpoolReader reader = spool.reader()) {
      long position = spool.acknowledged();
      while (true) {
        SpoolReader.Run run = reader.read(position, 7, 4096);
        for (ByteString record : run.records()) {
          all.add(parse(record));
        }
        if (run.records().isEmpty() && run.next() == position) {
          return all;
        }
        position = run.next();
      }
    }
  }

  static AuditRecord parse(ByteString record) {
    try {
      return AuditRecord.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the spool holds something that is no record", e);
    }
  }

  /** The numbers of the call records, in the order of the spool. */
  static List<Integer> numbers(List<AuditRecord> records) {
    return records.stream()
        .filter(
            record ->
                record.getKind() == RecordKind.RECORD_KIND_OPEN
                    || record.getKind() == RecordKind.RECORD_KIND_CLOSE)
        .map(record -> (int) record.getLatencyMicros())
        .toList();
  }
}
