package dev.sallyport.registry.catalogue;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** The announcements of all replicas in the order of their commits. Any thread; nothing blocks. */
public interface ChangeLog {

  /** At most {@code limit} changes after {@code sequence}, in order. */
  Uni<Tail> after(long sequence, int limit);

  /** Forgets everything but the last {@code kept} sequences. */
  Uni<Void> prune(int kept);

  /**
   * @param head the last sequence that was given out when this was read
   * @param floor the lowest sequence that is still kept; 0: none is
   */
  record Tail(List<Change> changes, long head, long floor) {}

  record Change(long sequence, ServerKey key) {}
}
