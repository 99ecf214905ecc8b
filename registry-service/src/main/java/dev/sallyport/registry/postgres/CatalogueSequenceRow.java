package dev.sallyport.registry.postgres;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The one row that writers lock. */
@Entity
@Table(schema = "registry", name = "catalogue_sequence")
class CatalogueSequenceRow {
  static final int ONLY = 1;

  @Id int id = ONLY;
  long sequence;
}
