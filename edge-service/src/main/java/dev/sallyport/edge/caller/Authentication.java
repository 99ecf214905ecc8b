package dev.sallyport.edge.caller;

import org.jspecify.annotations.Nullable;

/** Who the caller is, as an answer. Only {@link Authenticated} passes inward. */
public sealed interface Authentication {

  record Authenticated(AccessProfile profile) implements Authentication {}

  /**
   * Unknown, expired or revoked: the caller is told the same in all three cases.
   *
   * @param reason for logs and audit
   * @param tenant known for expired and revoked keys only
   */
  record Rejected(String reason, @Nullable String tenant, @Nullable String keyId)
      implements Authentication {}

  /** Policy cannot say right now: fail closed, 503. */
  record Unavailable() implements Authentication {}
}
