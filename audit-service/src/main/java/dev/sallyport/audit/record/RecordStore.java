package dev.sallyport.audit.record;

import dev.sallyport.audit.chain.ChainHead;
import dev.sallyport.audit.chain.ChainedRecord;
import dev.sallyport.proto.audit.v1.CallView;
import dev.sallyport.proto.audit.v1.UsageRow;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Where the records are. Every operation may be called from any thread and never blocks it. */
public interface RecordStore {

  /**
   * Keeps a batch, all or nothing; the item comes after the commit.
   *
   * @return how many of its records were there already
   */
  Uni<Integer> append(ArrivedBatch batch);

  /** The calls that match, newest call id first. */
  Uni<List<CallView>> calls(CallFilter filter, int limit);

  /** How many calls match, counted to {@code most} at most. */
  Uni<Long> count(CallFilter filter, long most);

  /** The stored head of a chain; an empty one when there is none. */
  Uni<ChainHead> head(String tenant, int shard);

  /** Records of a chain with positions over {@code after} to {@code until}, in their order. */
  Uni<List<ChainedRecord>> chain(String tenant, int shard, long after, long until);

  /** Dearest first; one row more than asked for where there are more. */
  Uni<List<UsageRow>> usage(UsageQuestion question);
}
