package dev.sallyport.registry.postgres;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class ServerRowId implements Serializable {
  private static final long serialVersionUID = 1L;

  String tenant = "";
  String name = "";

  ServerRowId() {}

  ServerRowId(String tenant, String name) {
    this.tenant = tenant;
    this.name = name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerRowId that
        && tenant.equals(that.tenant)
        && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, name);
  }
}
