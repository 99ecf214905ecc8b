package dev.sallyport.edge.evidence;

import dev.sallyport.proto.audit.v1.AuditRecord;

/**
 * The local spool, as the pipeline uses it. Any thread; a call costs one write to the page cache.
 */
public interface Evidence {

  /**
   * Appends a record. On return of {@link Appended#YES} its bytes are in the kernel (in {@code
   * fsync} mode on the disk). `edge`, `edge_epoch` and `time_micros` are filled in here.
   */
  Appended append(AuditRecord.Builder record);

  /** What became of a record. */
  enum Appended {
    YES,
    /** The spool is full and the configured choice is to refuse: the call must not go on. */
    REFUSED,
    /**
     * The spool is full and the configured choice is to count: the record is part of a gap record.
     */
    COUNTED
  }
}
