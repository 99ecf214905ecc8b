package dev.sallyport.policy.admin;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.policy.v1.Administrator;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An administrator as kept. Times are whole milliseconds.
 *
 * @param id {@code adm_} and 22 characters
 * @param credentialHash SHA-256 of the credential, 32 bytes; unique over all tenants
 * @param expiresAt null: never
 * @param revokedAt null: not revoked
 * @param revision grows by one with every change
 */
public record StoredAdministrator(
    String tenant,
    String id,
    String name,
    String role,
    ByteString credentialHash,
    String prefix,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    long revision) {

  boolean isLive(Instant now) {
    return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
  }

  StoredAdministrator with(String newRole, @Nullable Instant newExpiry) {
    return new StoredAdministrator(
        tenant,
        id,
        name,
        newRole,
        credentialHash,
        prefix,
        createdAt,
        newExpiry,
        revokedAt,
        revision + 1);
  }

  StoredAdministrator revoked(Instant now) {
    return new StoredAdministrator(
        tenant, id, name, role, credentialHash, prefix, createdAt, expiresAt, now, revision + 1);
  }

  Administrator toProto() {
    return Administrator.newBuilder()
        .setTenant(tenant)
        .setId(id)
        .setName(name)
        .setRole(role)
        .setPrefix(prefix)
        .setCreatedAtMillis(createdAt.toEpochMilli())
        .setExpiresAtMillis(millis(expiresAt))
        .setRevokedAtMillis(millis(revokedAt))
        .setRevision(revision)
        .build();
  }

  static long millis(@Nullable Instant moment) {
    return moment == null ? 0 : moment.toEpochMilli();
  }
}
