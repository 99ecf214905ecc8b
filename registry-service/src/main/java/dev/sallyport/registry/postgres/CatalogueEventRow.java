package dev.sallyport.registry.postgres;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(schema = "registry", name = "outbox")
class CatalogueEventRow {
  @Id long sequence;
  String tenant = "";
  String server = "";
  Instant at = Instant.EPOCH;
}
