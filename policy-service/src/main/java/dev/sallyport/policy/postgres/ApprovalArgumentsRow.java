package dev.sallyport.policy.postgres;

import dev.sallyport.policy.approval.StoredApproval;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

/** Apart from the rest, so that a list does not read them. */
@Entity
@Table(schema = "policy", name = "approval_arguments")
@IdClass(TenantScopedId.class)
class ApprovalArgumentsRow {
  @Id String tenant = "";
  @Id String id = "";
  byte[] arguments = {};

  static ApprovalArgumentsRow of(StoredApproval approval) {
    ApprovalArgumentsRow row = new ApprovalArgumentsRow();
    row.tenant = approval.tenant();
    row.id = approval.asked().id();
    row.arguments = approval.asked().arguments().toByteArray();
    return row;
  }
}
