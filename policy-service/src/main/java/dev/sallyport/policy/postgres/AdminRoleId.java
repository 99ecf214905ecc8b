package dev.sallyport.policy.postgres;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class AdminRoleId implements Serializable {
  private static final long serialVersionUID = 1L;

  String tenant = "";
  String name = "";

  AdminRoleId() {}

  AdminRoleId(String tenant, String name) {
    this.tenant = tenant;
    this.name = name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AdminRoleId that
        && tenant.equals(that.tenant)
        && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, name);
  }
}
