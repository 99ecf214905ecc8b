package dev.sallyport.policy.postgres;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

@Entity
@Table(schema = "policy", name = "tenant")
class TenantRow {
  @Id String id = "";

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;

  /** A tenant is there as soon as something of it is. */
  static Uni<Void> ensure(Mutiny.Session session, String id) {
    return session
        .find(TenantRow.class, id)
        .chain(
            present -> {
              if (present != null) {
                return Uni.createFrom().voidItem();
              }
              TenantRow row = new TenantRow();
              row.id = id;
              row.createdAt = Instant.now();
              return session.persist(row);
            });
  }
}
