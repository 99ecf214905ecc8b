package dev.sallyport.policy.access;

import dev.sallyport.proto.policy.v1.AccessEvent;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** The announcements of all replicas in the order of their commits. Any thread; nothing blocks. */
public interface AccessLog {

  /** At most {@code limit} events after {@code sequence}, in order. */
  Uni<Tail> after(long sequence, int limit);

  /** The last {@code limit} events, in order. */
  Uni<Tail> last(int limit);

  /** Forgets everything but the last {@code kept} sequences. */
  Uni<Void> prune(int kept);

  /**
   * @param head the last sequence that was given out when this was read
   */
  record Tail(List<AccessEvent> events, long head) {}
}
