package dev.sallyport.policy.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.KeyChanged;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(schema = "policy", name = "outbox")
class AccessEventRow {
  @Id long sequence;
  String tenant = "";

  @Column(name = "key_id")
  String keyId = "";

  @Column(name = "credential_hash")
  byte[] credentialHash = {};

  boolean ended;
  Instant at = Instant.EPOCH;

  AccessEvent toEvent() {
    return AccessEvent.newBuilder()
        .setSequence(sequence)
        .setKeyChanged(
            KeyChanged.newBuilder()
                .setTenant(tenant)
                .setKeyId(keyId)
                .setCredentialHash(ByteString.copyFrom(credentialHash))
                .setEnded(ended))
        .build();
  }
}
