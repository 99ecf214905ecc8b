package dev.sallyport.edge.evidence;

import dev.sallyport.proto.audit.v1.AuditRecord;
import java.io.IOException;

/** How long the oldest record has been waiting; asked by metrics and health, not by calls. */
final class SpoolAge {

  private final Spool spool;

  SpoolAge(Spool spool) {
    this.spool = spool;
  }

  /** 0 when nothing waits, or when the waiting record was deleted while it was looked at. */
  double seconds() {
    if (spool.depthBytes() == 0) {
      return 0;
    }
    try (SpoolReader reader = spool.reader()) {
      SpoolReader.Run run = reader.read(spool.acknowledged(), 1, 16 * 1024);
      if (run.records().isEmpty()) {
        return 0;
      }
      AuditRecord oldest = AuditRecord.parseFrom(run.records().getFirst());
      return Math.max(0, Spool.nowMicros() - oldest.getTimeMicros()) / 1e6;
    } catch (IOException e) {
      return 0;
    }
  }
}
