package dev.sallyport.policy.postgres;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class ApprovalId implements Serializable {
  private static final long serialVersionUID = 1L;

  String tenant = "";
  String id = "";

  ApprovalId() {}

  ApprovalId(String tenant, String id) {
    this.tenant = tenant;
    this.id = id;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ApprovalId that && tenant.equals(that.tenant) && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, id);
  }
}
