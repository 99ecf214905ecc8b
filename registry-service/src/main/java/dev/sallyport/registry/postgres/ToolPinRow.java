package dev.sallyport.registry.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "registry", name = "tool_pin")
@IdClass(ToolPinRow.Key.class)
class ToolPinRow {
  @Id String tenant = "";
  @Id String server = "";
  @Id String tool = "";

  @Column(name = "pinned_hash")
  String pinnedHash = "";

  @Column(name = "pinned_at")
  Instant pinnedAt = Instant.EPOCH;

  @Column(name = "seen_hash")
  String seenHash = "";

  @Column(name = "seen_at")
  Instant seenAt = Instant.EPOCH;

  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    String tenant = "";
    String server = "";
    String tool = "";

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that
          && tenant.equals(that.tenant)
          && server.equals(that.server)
          && tool.equals(that.tool);
    }

    @Override
    public int hashCode() {
      return Objects.hash(tenant, server, tool);
    }
  }
}
