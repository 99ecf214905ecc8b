package dev.sallyport.policy.postgres;

import dev.sallyport.policy.group.StoredGroup;
import dev.sallyport.policy.owner.Ref;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.List;

@Entity
@Table(schema = "policy", name = "tool_group")
@IdClass(TenantScopedId.class)
class GroupRow {
  @Id String tenant = "";
  @Id String id = "";
  String name = "";
  String title = "";

  @Column(columnDefinition = "text[]")
  String[] tools = {};

  @Column(columnDefinition = "text[]")
  String[] attached = {};

  String source = "";
  long revision;

  static GroupRow of(StoredGroup group) {
    GroupRow row = new GroupRow();
    row.tenant = group.tenant();
    row.id = group.id();
    row.name = group.name();
    row.title = group.title();
    row.tools = group.tools().toArray(String[]::new);
    row.attached = group.attached().stream().map(Ref::text).toArray(String[]::new);
    row.source = group.source();
    row.revision = group.revision();
    return row;
  }

  StoredGroup toGroup() {
    return new StoredGroup(
        tenant,
        id,
        name,
        title,
        List.of(tools),
        Arrays.stream(attached).map(Ref::parse).toList(),
        source,
        revision);
  }
}
