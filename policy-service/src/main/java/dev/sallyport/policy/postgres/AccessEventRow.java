package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.policy.v1.AccessChanged;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.KeyChanged;
import dev.sallyport.proto.policy.v1.LimitsChanged;
import dev.sallyport.proto.policy.v1.Reset;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(schema = "policy", name = "outbox")
class AccessEventRow {
  private static final String KEY = "key";
  private static final String LIMITS = "limits";
  private static final String ACCESS = "access";

  @Id long sequence;
  String kind = KEY;
  String tenant = "";

  @Column(name = "key_id")
  String keyId = "";

  @Column(name = "credential_hash")
  byte[] credentialHash = {};

  boolean ended;
  Instant at = Instant.EPOCH;

  static AccessEventRow ofKey(
      long sequence, String tenant, String keyId, ByteString credentialHash, boolean ended) {
    AccessEventRow row = of(sequence, tenant, KEY);
    row.keyId = keyId;
    row.credentialHash = credentialHash.toByteArray();
    row.ended = ended;
    return row;
  }

  static AccessEventRow ofLimits(long sequence, String tenant) {
    return of(sequence, tenant, LIMITS);
  }

  /** What keys of the tenant may see or use changed. */
  static AccessEventRow ofAccess(long sequence, String tenant) {
    return of(sequence, tenant, ACCESS);
  }

  private static AccessEventRow of(long sequence, String tenant, String kind) {
    AccessEventRow row = new AccessEventRow();
    row.sequence = sequence;
    row.kind = kind;
    row.tenant = tenant;
    row.at = Instant.now();
    return row;
  }

  AccessEvent toEvent() {
    AccessEvent.Builder event = AccessEvent.newBuilder().setSequence(sequence);
    return switch (kind) {
      case KEY ->
          event
              .setKeyChanged(
                  KeyChanged.newBuilder()
                      .setTenant(tenant)
                      .setKeyId(keyId)
                      .setCredentialHash(ByteString.copyFrom(credentialHash))
                      .setEnded(ended))
              .build();
      case LIMITS -> event.setLimitsChanged(LimitsChanged.newBuilder().setTenant(tenant)).build();
      case ACCESS -> event.setAccessChanged(AccessChanged.newBuilder().setTenant(tenant)).build();
      // Of a newer version: whoever hears it forgets everything, which is never wrong.
      default -> event.setReset(Reset.getDefaultInstance()).build();
    };
  }
}
