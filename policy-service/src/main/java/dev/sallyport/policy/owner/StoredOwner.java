package dev.sallyport.policy.owner;

import dev.sallyport.policy.kept.Kept;
import dev.sallyport.proto.policy.v1.Owner;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A customer, team or user as it is kept.
 *
 * @param id {@code own_} and 22 characters
 * @param parent null: the tenant itself
 * @param roles sorted
 */
public record StoredOwner(
    String tenant,
    String id,
    Ref ref,
    @Nullable Ref parent,
    List<String> roles,
    String source,
    long revision)
    implements Kept<StoredOwner> {

  public StoredOwner {
    roles = List.copyOf(roles);
  }

  /** {@code team:payments}. */
  @Override
  public String name() {
    return ref.text();
  }

  @Override
  public boolean saysTheSameAs(StoredOwner that) {
    return Objects.equals(parent, that.parent) && roles.equals(that.roles);
  }

  @Override
  public StoredOwner inPlaceOf(StoredOwner before) {
    return new StoredOwner(tenant, before.id, ref, parent, roles, source, before.revision + 1);
  }

  Owner toProto() {
    Owner.Builder owner =
        Owner.newBuilder()
            .setTenant(tenant)
            .setId(id)
            .setRef(ref.toProto())
            .addAllRoles(roles)
            .setSource(source)
            .setRevision(revision);
    if (parent != null) {
      owner.setParent(parent.toProto());
    }
    return owner.build();
  }
}
