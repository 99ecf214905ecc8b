package dev.sallyport.edge.admin;

import dev.sallyport.edge.evidence.Evidence;
import dev.sallyport.proto.audit.v1.AuditRecord;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Evidence in memory. */
@Alternative
@Singleton
public class FakeEvidence implements Evidence {

  public final List<AuditRecord> records = new CopyOnWriteArrayList<>();
  public volatile boolean full;

  public void reset() {
    records.clear();
    full = false;
  }

  @Override
  public Appended append(AuditRecord.Builder record) {
    if (full) {
      return Appended.REFUSED;
    }
    records.add(record.build());
    return Appended.YES;
  }
}
