package dev.sallyport.edge.evidence;

/**
 * How much the spool holds and how.
 *
 * @param totalBytes all segments together
 * @param segmentBytes size at which a new segment is begun; at most an eighth of the total
 */
record SpoolLimits(long totalBytes, long segmentBytes, Durability durability, WhenFull whenFull) {

  /** When append reports a record as appended. */
  enum Durability {
    /** Its bytes are in the kernel. */
    KERNEL,
    /** Its bytes are on the disk. */
    FSYNC
  }

  /** What a full spool does with a record. */
  enum WhenFull {
    /** The caller is told, and must not go on. */
    REFUSE,
    /** It is counted, and a GAP record says so as soon as there is room. */
    GAP
  }

  SpoolLimits {
    if (totalBytes < 4096) {
      throw new IllegalArgumentException("sallyport.edge.spool.max-size is at least 4096 bytes");
    }
    segmentBytes = Math.min(segmentBytes, totalBytes / 8);
  }

  /** What a call may fill when it begins; the rest is kept for the CLOSE of calls let in. */
  long openBytes() {
    return totalBytes - totalBytes / 16;
  }
}
