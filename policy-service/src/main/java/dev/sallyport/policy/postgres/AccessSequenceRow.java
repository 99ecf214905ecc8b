package dev.sallyport.policy.postgres;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The one row that writers lock. */
@Entity
@Table(schema = "policy", name = "access_sequence")
class AccessSequenceRow {
  static final int ONLY = 1;

  @Id int id = ONLY;
  long sequence;
}
