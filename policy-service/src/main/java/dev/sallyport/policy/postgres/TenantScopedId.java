package dev.sallyport.policy.postgres;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Id of a row that belongs to a tenant. */
class TenantScopedId implements Serializable {
  private static final long serialVersionUID = 1L;

  String tenant = "";
  String id = "";

  TenantScopedId() {}

  TenantScopedId(String tenant, String id) {
    this.tenant = tenant;
    this.id = id;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantScopedId that && tenant.equals(that.tenant) && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, id);
  }
}
