package dev.sallyport.edge.admin;

/** What an admin key may do. */
enum AdminRole {
  /** Everything within the tenant. */
  ADMINISTRATOR,
  /** Reads, changes nothing. */
  AUDITOR
}
