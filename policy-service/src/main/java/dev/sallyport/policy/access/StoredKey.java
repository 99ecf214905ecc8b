package dev.sallyport.policy.access;

import com.google.protobuf.ByteString;
import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.VirtualKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key as it is kept. Times are whole milliseconds.
 *
 * @param id {@code vk_} and 22 characters; stays the same when the credential is replaced
 * @param credentialHash SHA-256 of the key, 32 bytes; unique over all tenants
 * @param expiresAt null: never
 * @param revokedAt null: not revoked
 * @param source {@code api} or {@code file:<name>}
 * @param revision grows by one with every change
 * @param owner a customer, team or user; null: the tenant itself
 * @param replaced the credential before the present one; null: there is none that goes on
 */
public record StoredKey(
    String tenant,
    String id,
    String name,
    ByteString credentialHash,
    String prefix,
    List<String> tools,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    String source,
    long revision,
    @Nullable Ref owner,
    @Nullable Replaced replaced) {

  /** A credential that was replaced and goes on until a moment. */
  public record Replaced(ByteString credentialHash, Instant until) {}

  /** A key whose credential is its first, or the only one that is good. */
  public StoredKey(
      String tenant,
      String id,
      String name,
      ByteString credentialHash,
      String prefix,
      List<String> tools,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt,
      String source,
      long revision,
      @Nullable Ref owner) {
    this(
        tenant,
        id,
        name,
        credentialHash,
        prefix,
        tools,
        createdAt,
        expiresAt,
        revokedAt,
        source,
        revision,
        owner,
        null);
  }

  /** Whether the key can be used at a moment, and if not, why. */
  enum State {
    LIVE,
    EXPIRED,
    REVOKED
  }

  public StoredKey {
    tools = List.copyOf(tools);
  }

  State at(Instant now) {
    if (revokedAt != null) {
      return State.REVOKED;
    }
    return expiresAt != null && !now.isBefore(expiresAt) ? State.EXPIRED : State.LIVE;
  }

  boolean isDeclaredInFile() {
    return !source.equals(Kept.API);
  }

  /** The same key with another list of tools and another owner. */
  StoredKey changed(List<String> newTools, @Nullable Ref newOwner) {
    return new StoredKey(
        tenant,
        id,
        name,
        credentialHash,
        prefix,
        newTools,
        createdAt,
        expiresAt,
        revokedAt,
        source,
        revision + 1,
        newOwner,
        replaced);
  }

  /**
   * The same key with another credential.
   *
   * @param until how long the present one goes on; null: it ends
   */
  StoredKey rotated(ByteString newHash, String newPrefix, @Nullable Instant until) {
    return new StoredKey(
        tenant,
        id,
        name,
        newHash,
        newPrefix,
        tools,
        createdAt,
        expiresAt,
        revokedAt,
        source,
        revision + 1,
        owner,
        until == null ? null : new Replaced(credentialHash, until));
  }

  /** Every credential that is in use, the present one first. */
  List<ByteString> credentials() {
    return replaced == null
        ? List.of(credentialHash)
        : List.of(credentialHash, replaced.credentialHash());
  }

  StoredKey revoked(Instant now) {
    return new StoredKey(
        tenant,
        id,
        name,
        credentialHash,
        prefix,
        tools,
        createdAt,
        expiresAt,
        now,
        source,
        revision + 1,
        owner);
  }

  /** The same key as a file declares it now; alive again if it was revoked. */
  StoredKey declared(
      String newName,
      ByteString newHash,
      String newPrefix,
      List<String> newTools,
      @Nullable Instant newExpiry,
      @Nullable Ref newOwner) {
    return new StoredKey(
        tenant,
        id,
        newName,
        newHash,
        newPrefix,
        newTools,
        createdAt,
        newExpiry,
        null,
        source,
        revision + 1,
        newOwner);
  }

  VirtualKey toProto() {
    VirtualKey.Builder key =
        VirtualKey.newBuilder()
            .setTenant(tenant)
            .setId(id)
            .setName(name)
            .addAllTools(tools)
            .setCreatedAtMillis(createdAt.toEpochMilli())
            .setExpiresAtMillis(millis(expiresAt))
            .setRevokedAtMillis(millis(revokedAt))
            .setPrefix(prefix)
            .setSource(source)
            .setRevision(revision)
            .setReplacedUntilMillis(replaced == null ? 0 : replaced.until().toEpochMilli());
    if (owner != null) {
      key.setOwner(owner.toProto());
    }
    return key.build();
  }

  private static long millis(@Nullable Instant instant) {
    return instant == null ? 0 : instant.toEpochMilli();
  }
}
