package dev.sallyport.audit.chain;

import dev.sallyport.proto.audit.v1.AuditRecord;
import java.util.Arrays;

/** A record in its place in a chain. */
public record ChainedRecord(
    AuditRecord record, int shard, int version, long position, byte[] previousHash, byte[] hash) {

  @Override
  public boolean equals(Object other) {
    return other instanceof ChainedRecord chained
        && record.equals(chained.record)
        && shard == chained.shard
        && version == chained.version
        && position == chained.position
        && Arrays.equals(previousHash, chained.previousHash)
        && Arrays.equals(hash, chained.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }
}
