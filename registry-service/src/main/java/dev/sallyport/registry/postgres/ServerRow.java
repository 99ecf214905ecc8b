package dev.sallyport.registry.postgres;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(schema = "registry", name = "server")
@IdClass(ServerRowId.class)
class ServerRow {
  @Id String tenant = "";
  @Id String name = "";
  long revision;
  boolean enabled;
  String source = "";
  byte[] definition = {};

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;

  @Column(name = "changed_at")
  Instant changedAt = Instant.EPOCH;

  ServerDefinition toDefinition() {
    try {
      return ServerDefinition.parseFrom(definition);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the definition of " + name + " is not readable", e);
    }
  }
}
