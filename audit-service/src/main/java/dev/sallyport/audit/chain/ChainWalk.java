package dev.sallyport.audit.chain;

import dev.sallyport.audit.chain.ChainVerdict.Broken;
import dev.sallyport.audit.chain.ChainVerdict.Defect;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chain from its beginning. Give it the records in the order of their positions, then the
 * head that is stored beside them. It stops at the first defect. One thread.
 */
public final class ChainWalk {

  /** Within this distance a moved record is recognised as moved; farther it is called changed. */
  private static final int REORDER_WINDOW = 1000;

  private ChainHead reached;
  private @Nullable ChainedRecord last;

  public ChainWalk(String tenant, int shard) {
    reached = ChainHead.empty(tenant, shard);
  }

  /** Looks at the next record. Empty when it holds. */
  public Optional<Broken> next(ChainedRecord record) {
    long expected = reached.position() + 1;
    if (record.position() > expected) {
      return Optional.of(broken(Defect.REMOVED, expected, record));
    }
    if (record.position() < expected) {
      return Optional.of(broken(Defect.INSERTED, record.position(), record));
    }
    boolean follows = Arrays.equals(record.previousHash(), reached.hash());
    if (isItself(record, record.position(), record.previousHash())) {
      if (follows) {
        reached = HashChain.after(record);
        last = record;
        return Optional.empty();
      }
      // It is untouched, so what stands before it is not what it was appended after.
      ChainedRecord before = last == null ? record : last;
      return Optional.of(broken(Defect.CHANGED, before.position(), before));
    }
    return Optional.of(
        broken(
            !follows && cameFromElsewhere(record) ? Defect.REORDERED : Defect.CHANGED,
            expected,
            record));
  }

  /** Compares the end of the walk with the stored head. */
  public ChainVerdict end(ChainHead head) {
    if (head.position() > reached.position()) {
      return new Broken(Defect.REMOVED, reached.position() + 1, "", 0);
    }
    if (!head.equals(reached)) {
      return new Broken(Defect.CHANGED, reached.position(), "", 0);
    }
    return new ChainVerdict.Intact(head);
  }

  /** Its hash holds, only for another position: then nothing but its place was changed. */
  private static boolean cameFromElsewhere(ChainedRecord record) {
    for (long distance = 1; distance <= REORDER_WINDOW; distance++) {
      if (isItself(record, record.position() + distance, record.previousHash())
          || (record.position() > distance
              && isItself(record, record.position() - distance, record.previousHash()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isItself(ChainedRecord record, long position, byte[] previousHash) {
    return HashChain.isKnown(record.version())
        && Arrays.equals(
            record.hash(),
            HashChain.hash(
                record.version(), record.shard(), position, previousHash, record.record()));
  }

  private static Broken broken(Defect defect, long position, ChainedRecord record) {
    return new Broken(defect, position, record.record().getCallId(), record.record().getSequence());
  }
}
