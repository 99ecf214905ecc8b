package dev.sallyport.policy.limit;

import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.util.List;

/**
 * A limit as it is kept.
 *
 * @param id {@code lim_} and 22 characters; stays the same when the limit is changed
 * @param owner name of the key or server, {@code server__tool}; empty for the tenant
 * @param tools patterns; empty: all calls of the owner count
 * @param units calls, permits or millionths of the currency unit; 1 to 10^15
 * @param source {@code api} or {@code file:<name>}
 * @param revision grows by one with every change
 */
public record StoredLimit(
    String tenant,
    String id,
    String name,
    OwnerKind ownerKind,
    String owner,
    List<String> tools,
    LimitKind kind,
    long units,
    Window window,
    String source,
    long revision) {

  /** So many that a sum of them is still exact in every part of the way. */
  public static final long MOST_UNITS = 1_000_000_000_000_000L;

  public StoredLimit {
    tools = List.copyOf(tools);
  }
}
