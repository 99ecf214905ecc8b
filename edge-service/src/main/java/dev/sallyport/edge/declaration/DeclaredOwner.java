package dev.sallyport.edge.declaration;

import dev.sallyport.proto.policy.v1.Owner;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A customer, team or user as a person defines it, in a file or through the admin API.
 *
 * @param parent null: the tenant itself
 */
public record DeclaredOwner(OwnerRef ref, @Nullable OwnerRef parent, List<String> roles) {

  public DeclaredOwner {
    roles = List.copyOf(roles);
  }

  /** As policy takes it. */
  public Owner toProto() {
    Owner.Builder owner = Owner.newBuilder().setRef(ref).addAllRoles(roles);
    if (parent != null) {
      owner.setParent(parent);
    }
    return owner.build();
  }
}
