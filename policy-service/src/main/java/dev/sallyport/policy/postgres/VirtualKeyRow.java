package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.access.StoredKey;
import dev.sallyport.policy.owner.Ref;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "policy", name = "virtual_key")
@IdClass(TenantScopedId.class)
class VirtualKeyRow {
  @Id String tenant = "";
  @Id String id = "";
  String name = "";

  @Column(name = "credential_hash")
  byte[] credentialHash = {};

  String prefix = "";

  @Column(columnDefinition = "text[]")
  String[] tools = {};

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;

  @Column(name = "expires_at")
  @Nullable Instant expiresAt;

  @Column(name = "revoked_at")
  @Nullable Instant revokedAt;

  String source = "";
  long revision;
  @Nullable String owner;

  @Column(name = "previous_hash")
  byte @Nullable [] previousHash;

  @Column(name = "previous_until")
  @Nullable Instant previousUntil;

  static VirtualKeyRow of(StoredKey key) {
    VirtualKeyRow row = new VirtualKeyRow();
    row.tenant = key.tenant();
    row.id = key.id();
    row.name = key.name();
    row.credentialHash = key.credentialHash().toByteArray();
    row.prefix = key.prefix();
    row.tools = key.tools().toArray(String[]::new);
    row.createdAt = key.createdAt();
    row.expiresAt = key.expiresAt();
    row.revokedAt = key.revokedAt();
    row.source = key.source();
    row.revision = key.revision();
    Ref owner = key.owner();
    row.owner = owner == null ? null : owner.text();
    StoredKey.Replaced replaced = key.replaced();
    if (replaced != null) {
      row.previousHash = replaced.credentialHash().toByteArray();
      row.previousUntil = replaced.until();
    }
    return row;
  }

  StoredKey toKey() {
    return new StoredKey(
        tenant,
        id,
        name,
        ByteString.copyFrom(credentialHash),
        prefix,
        List.of(tools),
        createdAt,
        expiresAt,
        revokedAt,
        source,
        revision,
        owner == null ? null : Ref.parse(owner),
        previousHash == null || previousUntil == null
            ? null
            : new StoredKey.Replaced(ByteString.copyFrom(previousHash), previousUntil));
  }
}
