package dev.sallyport.policy.postgres;

import dev.sallyport.policy.group.StoredGroup;
import dev.sallyport.policy.owner.Ref;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From whom a group is for to the group. */
@Entity
@Table(schema = "policy", name = "tool_group_attachment")
@IdClass(GroupAttachmentRow.Key.class)
class GroupAttachmentRow {
  @Id String tenant = "";
  @Id String attached = "";

  @Id
  @Column(name = "group_id")
  String groupId = "";

  static GroupAttachmentRow of(StoredGroup group, Ref attached) {
    GroupAttachmentRow row = new GroupAttachmentRow();
    row.tenant = group.tenant();
    row.attached = attached.text();
    row.groupId = group.id();
    return row;
  }

  /** All of it. */
  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    String tenant = "";
    String attached = "";
    String groupId = "";

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that
          && tenant.equals(that.tenant)
          && attached.equals(that.attached)
          && groupId.equals(that.groupId);
    }

    @Override
    public int hashCode() {
      return Objects.hash(tenant, attached, groupId);
    }
  }
}
