package dev.sallyport.audit.chain;

import java.util.Arrays;

/**
 * The end of a chain.
 *
 * @param position of the last record, counted from 1; 0 for an empty chain
 * @param hash of the last record; 32 zero bytes for an empty chain
 */
public record ChainHead(String tenant, int shard, long position, byte[] hash) {

  /** A chain without records. */
  public static ChainHead empty(String tenant, int shard) {
    return new ChainHead(tenant, shard, 0, new byte[HashChain.HASH_BYTES]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChainHead head
        && tenant.equals(head.tenant)
        && shard == head.shard
        && position == head.position
        && Arrays.equals(hash, head.hash);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(position) * 31 + tenant.hashCode();
  }
}
