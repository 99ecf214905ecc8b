package dev.sallyport.edge.http;

/** {@code sallyport.edge.auth}. */
enum AuthMode {
  /** Every request brings a virtual key. */
  REQUIRED,
  /** Everybody is let in, as tenant {@code default}; on loopback only. */
  NONE
}
