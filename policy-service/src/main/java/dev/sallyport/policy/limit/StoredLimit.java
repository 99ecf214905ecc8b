package dev.sallyport.policy.limit;

import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.util.List;

/**
 * A limit as it is kept.
 *
 * @param id {@code lim_} and 22 characters; stays the same when the limit is changed
 * @param owner name of the key or server, {@code server__tool}; empty for the tenant
 * @param tools patterns; empty: all calls of the owner count
 * @param units calls, permits, millionths of the currency unit or tokens; 1 to 10^15
 * @param reserved tokens that a call takes before it is dispatched, at most {@code units}; 0: the
 *     default, and of all that do not count tokens
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
    long reserved,
    Window window,
    String source,
    long revision)
    implements Kept<StoredLimit> {

  /** So many that a sum of them is still exact in every part of the way. */
  public static final long MOST_UNITS = 1_000_000_000_000_000L;

  public StoredLimit {
    tools = List.copyOf(tools);
  }

  @Override
  public boolean saysTheSameAs(StoredLimit that) {
    return ownerKind == that.ownerKind
        && owner.equals(that.owner)
        && tools.equals(that.tools)
        && kind == that.kind
        && units == that.units
        && reserved == that.reserved
        && window.equals(that.window);
  }

  /** What was counted of the one before stays counted. */
  @Override
  public StoredLimit inPlaceOf(StoredLimit before) {
    return new StoredLimit(
        tenant,
        before.id,
        name,
        ownerKind,
        owner,
        tools,
        kind,
        units,
        reserved,
        window,
        source,
        before.revision + 1);
  }

  /** Whose it is. */
  public Ref whose() {
    return new Ref(ownerKind, owner);
  }

  public Limit toProto() {
    return Limit.newBuilder()
        .setTenant(tenant)
        .setId(id)
        .setName(name)
        .setOwnerKind(ownerKind)
        .setOwner(owner)
        .addAllTools(tools)
        .setKind(kind)
        .setUnits(units)
        .setReserved(reserved)
        .setWindow(Windows.toProto(window))
        .setSource(source)
        .setRevision(revision)
        .build();
  }
}
