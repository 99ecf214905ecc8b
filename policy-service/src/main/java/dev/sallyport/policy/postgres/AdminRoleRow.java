package dev.sallyport.policy.postgres;

import dev.sallyport.policy.admin.StoredRole;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.List;

@Entity
@Table(schema = "policy", name = "admin_role")
@IdClass(AdminRoleId.class)
class AdminRoleRow {
  @Id String tenant = "";
  @Id String name = "";

  @Column(columnDefinition = "text[]")
  String[] permissions = {};

  String source = "";
  long revision;

  static AdminRoleRow of(StoredRole role) {
    AdminRoleRow row = new AdminRoleRow();
    row.tenant = role.tenant();
    row.name = role.name();
    row.permissions = role.permissions().toArray(String[]::new);
    row.source = role.source();
    row.revision = role.revision();
    return row;
  }

  StoredRole toRole() {
    return new StoredRole(tenant, name, List.of(permissions), source, revision);
  }
}
