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
@Table(schema = "registry", name = "server_revision")
@IdClass(ServerRevisionRow.Key.class)
class ServerRevisionRow {
  @Id String tenant = "";
  @Id String name = "";
  @Id long revision;

  /** Null: removed. */
  byte @Nullable [] definition;

  @Column(name = "changed_at")
  Instant changedAt = Instant.EPOCH;

  @Column(name = "changed_by")
  String changedBy = "";

  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    String tenant = "";
    String name = "";
    long revision;

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that
          && tenant.equals(that.tenant)
          && name.equals(that.name)
          && revision == that.revision;
    }

    @Override
    public int hashCode() {
      return Objects.hash(tenant, name, revision);
    }
  }
}
