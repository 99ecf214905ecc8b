package dev.sallyport.policy.postgres;

import dev.sallyport.policy.owner.Ref;
import dev.sallyport.policy.owner.StoredOwner;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "policy", name = "owner")
@IdClass(TenantScopedId.class)
class OwnerRow {
  @Id String tenant = "";
  @Id String id = "";
  String name = "";
  @Nullable String parent;

  @Column(columnDefinition = "text[]")
  String[] roles = {};

  String source = "";
  long revision;

  static OwnerRow of(StoredOwner owner) {
    OwnerRow row = new OwnerRow();
    row.tenant = owner.tenant();
    row.id = owner.id();
    row.name = owner.name();
    Ref parent = owner.parent();
    row.parent = parent == null ? null : parent.text();
    row.roles = owner.roles().toArray(String[]::new);
    row.source = owner.source();
    row.revision = owner.revision();
    return row;
  }

  StoredOwner toOwner() {
    return new StoredOwner(
        tenant,
        id,
        Ref.parse(name),
        parent == null ? null : Ref.parse(parent),
        List.of(roles),
        source,
        revision);
  }
}
