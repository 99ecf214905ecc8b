package dev.sallyport.policy.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(schema = "policy", name = "tenant")
class TenantRow {
  @Id String id = "";

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;
}
