package dev.sallyport.policy.approval;

import dev.sallyport.kit.call.CallId;
import dev.sallyport.policy.approval.StoredApproval.Subject;
import dev.sallyport.proto.policy.v1.ApprovalState;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where approvals are kept. Any thread; nothing blocks. Arguments are read only where it says so.
 */
public interface ApprovalStore {

  /**
   * What a list is narrowed to; empty says nothing.
   *
   * @param state as it is at {@code now}
   * @param key name or id
   * @param after id of the approval before the first; unknown: nothing is found
   */
  record Filter(
      ApprovalState state, String key, String server, String tool, String after, Instant now) {}

  /** The approval of the tenant with this id, with its arguments. */
  Uni<@Nullable StoredApproval> find(String tenant, String id);

  /** Newest first, without arguments. */
  Uni<List<StoredApproval>> page(String tenant, Filter filter, int limit);

  /** That which a call of this subject waits for at {@code now}, if there is nothing else. */
  Uni<@Nullable StoredApproval> waiting(Subject subject, Instant now);

  /** Removes what was over before this moment, of all tenants. */
  Uni<Integer> forget(Instant before);

  /**
   * Runs {@code work} in one transaction, alone among all that change approvals of the tenant, in
   * all replicas. If the returned Uni fails, nothing has changed.
   */
  <T> Uni<T> write(String tenant, Function<Writing, Uni<T>> work);

  /**
   * One writing transaction of one tenant. Operations are asked one after the other, never side by
   * side.
   */
  interface Writing {

    Uni<@Nullable StoredApproval> find(String id);

    /** What a call of this subject finds at {@code now}: an approval, else a denial, a request. */
    Uni<@Nullable StoredApproval> standing(Subject subject, Instant now);

    /** The approval of this subject that the call took. */
    Uni<@Nullable StoredApproval> takenBy(Subject subject, CallId call);

    /** Requests of the tenant that can still be decided. */
    Uni<Long> pending(Instant now);

    /** The same of one key. */
    Uni<Long> pendingOf(String keyId, Instant now);

    /** Whether the key is there and neither revoked nor expired. */
    Uni<Boolean> isUsable(String keyId, Instant now);

    /** A new one, with its arguments. */
    Uni<Void> add(StoredApproval approval);

    /** Another state of one that is there. */
    Uni<Void> save(StoredApproval approval);
  }
}
