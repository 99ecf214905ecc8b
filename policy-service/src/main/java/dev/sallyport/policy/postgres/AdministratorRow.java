package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.admin.StoredAdministrator;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "policy", name = "administrator")
@IdClass(TenantScopedId.class)
class AdministratorRow {
  @Id String tenant = "";
  @Id String id = "";
  String name = "";
  String role = "";

  @Column(name = "credential_hash")
  byte[] credentialHash = {};

  String prefix = "";

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;

  @Column(name = "expires_at")
  @Nullable Instant expiresAt;

  @Column(name = "revoked_at")
  @Nullable Instant revokedAt;

  long revision;

  static AdministratorRow of(StoredAdministrator administrator) {
    AdministratorRow row = new AdministratorRow();
    row.tenant = administrator.tenant();
    row.id = administrator.id();
    row.name = administrator.name();
    row.role = administrator.role();
    row.credentialHash = administrator.credentialHash().toByteArray();
    row.prefix = administrator.prefix();
    row.createdAt = administrator.createdAt();
    row.expiresAt = administrator.expiresAt();
    row.revokedAt = administrator.revokedAt();
    row.revision = administrator.revision();
    return row;
  }

  StoredAdministrator toAdministrator() {
    return new StoredAdministrator(
        tenant,
        id,
        name,
        role,
        ByteString.copyFrom(credentialHash),
        prefix,
        createdAt,
        expiresAt,
        revokedAt,
        revision);
  }
}
