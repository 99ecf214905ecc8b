package dev.sallyport.registry.postgres;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import dev.sallyport.registry.catalogue.ServerKey;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@Entity
@Table(schema = "registry", name = "tool")
@IdClass(ToolRow.Key.class)
class ToolRow {
  @Id String tenant = "";
  @Id String server = "";
  @Id int position;
  String name = "";
  byte[] definition = {};

  @Column(name = "definition_hash")
  String definitionHash = "";

  @Column(name = "read_only_hint")
  boolean readOnlyHint;

  @Column(name = "idempotent_hint")
  boolean idempotentHint;

  @Column(name = "quarantine_reason")
  String quarantineReason = "";

  static ToolRow of(ServerKey key, int position, ToolDefinition tool) {
    ToolRow row = new ToolRow();
    row.tenant = key.tenant();
    row.server = key.name();
    row.position = position;
    row.name = tool.getName();
    row.definition = tool.getDefinition().toByteArray();
    row.definitionHash = tool.getPin();
    row.readOnlyHint = tool.getReadOnlyHint();
    row.idempotentHint = tool.getIdempotentHint();
    row.quarantineReason = tool.getQuarantineReason();
    return row;
  }

  ToolDefinition toTool() {
    return ToolDefinition.newBuilder()
        .setName(name)
        .setDefinition(ByteString.copyFrom(definition))
        .setPin(definitionHash)
        .setReadOnlyHint(readOnlyHint)
        .setIdempotentHint(idempotentHint)
        .setQuarantineReason(quarantineReason)
        .build();
  }

  static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    String tenant = "";
    String server = "";
    int position;

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that
          && tenant.equals(that.tenant)
          && server.equals(that.server)
          && position == that.position;
    }

    @Override
    public int hashCode() {
      return Objects.hash(tenant, server, position);
    }
  }
}
